// SPDX-License-Identifier: LGPL-2.1-or-later
// Searches a folder of Markdown pages, such as the library's manual, by what their sections are about.
//
// search-vala FOLDER QUESTION

int main (string[] args) {
    Intl.setlocale ();
    if (args.length != 3) {
        printerr ("%s FOLDER QUESTION\n", args[0]);
        return 2;
    }
    try {
        string[] ids = {};
        string[] sections = {};
        var folder = Dir.open (args[1]);
        unowned string? name;
        while ((name = folder.read_name ()) != null) {
            if (!name.has_suffix (".md"))
                continue;
            string text;
            FileUtils.get_contents (Path.build_filename (args[1], name), out text);
            foreach (unowned string section in text.split ("\n## ")) {
                ids += name + ": " + section.split ("\n")[0];
                sections += section;
            }
        }

        print ("The offline provider is no model: it compares words and parts of words, not meanings.\n");
        var client = new Graphbit.EmbeddingClient (new Graphbit.EmbeddingConfig.offline ());
        var index = new Graphbit.EmbeddingIndex ();
        var embeddings = client.embed_many (sections);
        for (int i = 0; i < ids.length; i++)
            index.add (ids[i], embeddings[i]);
        foreach (var match in index.search (client.embed (args[2]), 3))
            print ("%.2f %s\n", match.score, match.id);
        return 0;
    } catch (GLib.Error error) {
        printerr ("%s\n", error.message);
        return 1;
    }
}
