// Copyright 2026 the graphbit developers
//
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// conversation.py runs it: a picture, two rounds of tools, and what came of it, for each provider.
import GLib from 'gi://GLib';
import Graphbit from 'gi://Graphbit?version=1.0';
import {programArgs} from 'system';

function newRequest() {
    const request = new Graphbit.LlmRequest();
    const user = Graphbit.LlmMessage.new_user('Where is this, and how is the weather there?');

    user.add_part(Graphbit.ContentPart.new_for_image_bytes(new GLib.Bytes([0x89, 0x50, 0x4e, 0x47]), 'image/png'));
    request.add_message(Graphbit.LlmMessage.new_system('Be brief.'));
    request.add_message(user);
    request.add_tool(Graphbit.LlmToolSpec.new('weather', 'Tells the weather',
        '{"type":"object","properties":{"city":{"type":"string"}}}'));
    return request;
}

function logResponse(request, response) {
    const calls = response.get_tool_calls();

    print(`text “${response.get_text()}”, reasoning “${response.get_reasoning() ?? ''}”, finish ${response.get_finish_reason()}`);
    request.add_message(response.make_message());
    for (let i = 0; calls && i < calls.get_n_items(); i++) {
        const call = calls.get_item(i);

        print(`call ${call.get_name()} ${call.get_arguments_json()}`);
        request.add_message(Graphbit.LlmMessage.new_tool(call.get_id(), `seen: ${call.get_arguments_json()}`));
    }
}

function converse(name, provider, baseUrl) {
    const api = name === 'responses' ? Graphbit.LlmApi.RESPONSES : Graphbit.LlmApi.AUTO;
    const config = new Graphbit.LlmConfig({provider, model: 'm', base_url: baseUrl, api});
    const client = new Graphbit.LlmClient({config});
    const request = newRequest();

    print(`== ${name}`);
    config.set_api_key('sk-marker');
    if (`${config}${client}${config.to_json()}`.includes('sk-marker'))
        throw new Error('the key is shown');
    logResponse(request, client.chat(request, null));
    logResponse(request, client.chat_stream(request, null).collect(null));
    logResponse(request, client.chat(request, null));
}

for (const words of programArgs.slice(1)) {
    const [name, provider, path] = words.split('=');

    try {
        converse(name, provider, programArgs[0] + path);
    } catch (error) {
        if (!(error instanceof GLib.Error))
            throw error;
        print(`error: ${error.message}`);
    }
}
