// SPDX-License-Identifier: LGPL-2.1-or-later
// Searches a folder of Markdown pages, such as the library's manual, by what their sections are about.
//
// search.js FOLDER QUESTION
import Gio from 'gi://Gio';
import Graphbit from 'gi://Graphbit?version=1.0';
import System from 'system';

if (ARGV.length !== 2) {
    printerr('search.js FOLDER QUESTION');
    System.exit(2);
}
const [folder, question] = ARGV;
const names = [...Gio.File.new_for_path(folder).enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null)]
    .map(info => info.get_name()).filter(name => name.endsWith('.md')).sort();
const sections = names.flatMap(name => {
    const [, contents] = Gio.File.new_for_path(`${folder}/${name}`).load_contents(null);
    return new TextDecoder().decode(contents).split('\n## ').map(text => ({name, text}));
});

print('The offline provider is no model: it compares words and parts of words, not meanings.');
const client = new Graphbit.EmbeddingClient({config: Graphbit.EmbeddingConfig.offline()});
const index = new Graphbit.EmbeddingIndex();
const embeddings = await client.embed_many_async(sections.map(({text}) => text));
sections.forEach(({name, text}, i) => index.add(`${name}: ${text.split('\n')[0]}`, embeddings[i]));
for (const match of await index.search_async(await client.embed_async(question), 3))
    print(match.score.toFixed(2), match.id);
