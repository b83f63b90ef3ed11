// SPDX-License-Identifier: LGPL-2.1-or-later
int main () {
  try {
    var server = new GraphbitMock.Server ();
    server.require_authorization = false;
    server.start ();
    server.add_step ("{\"text\":\"from Vala\",\"connection\":\"close\"}");
    var connection = new SocketClient ().connect_to_host ("127.0.0.1", (uint16) server.port);
    var body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    var request = "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s".printf (body.length, body);
    connection.output_stream.write_all (request.data, null);
    var answer = new StringBuilder ();
    string? line;
    var input = new DataInputStream (connection.input_stream);
    while ((line = input.read_line ()) != null)
      answer.append (line);
    assert ("\"content\":\"from Vala\"" in answer.str);
    assert (server.wait_for_finished (1, 20000));
    assert (server.get_request_count () == 1);
    server.stop ();
  } catch (Error error) {
    GLib.error ("%s", error.message);
  }
  return 0;
}
