/*
 * Copyright 2026 the graphbit developers
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

// Loaded by every page of the manual. Without it the pages are complete, but longer.

// Where the other libraries' manuals are; gi-docgen's script reads it.
const baseURLs = [
    ['GLib', 'https://docs.gtk.org/glib/'],
    ['GObject', 'https://docs.gtk.org/gobject/'],
    ['Gio', 'https://docs.gtk.org/gio/'],
    ['Json', 'https://gnome.pages.gitlab.gnome.org/json-glib/'],
];

// The pages in their order. tests/manual/pages.py compares them with meson.build and the titles.
const PAGES = [
    ['overview.html', 'Overview'],
    ['getting-started.html', 'Getting started'],
    ['building.html', 'Building and installing'],
    ['languages.html', 'The four languages'],
    ['models.html', 'Models and clients'],
    ['messages.html', 'Messages and answers'],
    ['conversations.html', 'Conversations'],
    ['requests.html', 'Many requests, and what they cost'],
    ['streams.html', 'Streams'],
    ['embeddings.html', 'Embeddings'],
    ['search.html', 'Search'],
    ['tools.html', 'Tools'],
    ['mcp.html', 'MCP servers'],
    ['workflows.html', 'Workflows'],
    ['expressions.html', 'Expressions'],
    ['saved-workflows.html', 'Saved workflows'],
    ['runs.html', 'Runs and events'],
    ['sync-async.html', 'Sync and async'],
    ['home.html', 'Home: threads and main contexts'],
    ['cancellation.html', 'Cancellation and deadlines'],
    ['errors.html', 'Errors'],
    ['library.html', 'The library itself'],
    ['testing.html', 'Testing your application'],
    ['floors.html', 'The floors of the library'],
    ['floor-core.html', 'Floor 0: core'],
    ['floor-json.html', 'Floor 1: json'],
    ['floor-text.html', 'Floor 1: text'],
    ['floor-http.html', 'Floor 2: http'],
    ['floor-provider.html', 'Floor 3: provider'],
    ['floor-llm.html', 'Floor 4: llm'],
    ['floor-embedding.html', 'Floor 4: embedding'],
    ['floor-tool.html', 'Floor 5: tool'],
    ['floor-workflow.html', 'Floor 6: workflow'],
    ['floor-executor.html', 'Floor 7: executor'],
];

const LANGUAGES = ['C', 'Python', 'JavaScript', 'Vala'];
const STORE = 'graphbit-manual-language';

function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
}

// The list of pages, beside each of them.
function addPages() {
    const here = location.pathname.split('/').pop();

    if (!PAGES.some(([page]) => page === here))
        return;
    const pages = PAGES.map(([page, title]) => make('a', {href: page, className: page === here ? 'current' : ''}, title));
    document.querySelector('.sidebar .namespace').after(
        make('div', {className: 'section'}, make('h5', {}, 'Manual'), make('div', {className: 'links'}, ...pages)));
}

function isEnd(node) {
    return node === null || /^H[1-6]$/.test(node.nodeName) ||
        node.nodeType === Node.COMMENT_NODE && node.data.trim() === 'all languages';
}

// What is about one language: from a heading with its name to the next heading, or <!-- all languages -->.
function makeSections() {
    const headings = [...document.querySelectorAll('.docblock h3')].filter(
        heading => LANGUAGES.includes(heading.firstChild.data));

    return headings.map(heading => {
        const section = make('section', {lang: heading.firstChild.data});
        let node = heading;

        heading.before(section);
        do {
            const next = node.nextSibling;
            section.append(node);
            node = next;
        } while (!isEnd(node));
        return section;
    });
}

// Whether the sections that stand with this one have the language. 'All' never is one.
function hasTwin(section, language) {
    for (const step of ['previousElementSibling', 'nextElementSibling']) {
        for (let twin = section; twin?.nodeName === 'SECTION'; twin = twin[step]) {
            if (twin.lang === language)
                return true;
        }
    }
    return false;
}

// Lets the reader choose one language on the pages that have several.
function addLanguages() {
    const sections = makeSections();

    if (sections.length === 0)
        return;
    const buttons = ['All', ...LANGUAGES].map(language => make('button', {type: 'button'}, language));
    const show = language => {
        for (const section of sections)
            section.hidden = hasTwin(section, language) && section.lang !== language;
        for (const button of buttons)
            button.setAttribute('aria-pressed', button.textContent === language);
    };

    for (const button of buttons) {
        button.addEventListener('click', () => {
            localStorage.setItem(STORE, button.textContent);
            show(button.textContent);
        });
    }
    document.querySelector('.docblock h1').after(make('p', {className: 'languages'}, 'Languages: ', ...buttons));
    show(localStorage.getItem(STORE) ?? 'All');
}

function addStyle() {
    document.head.append(make('style', {}, `
        .docblock td:first-child code { white-space: nowrap; }
        .languages button { margin: 0 0.2em; padding: 0.2em 0.8em; border: 1px solid; border-radius: 1em; background: none; color: inherit; font: inherit; cursor: pointer; }
        .languages button[aria-pressed=true] { background: #1a73e8; border-color: #1a73e8; color: white; }
    `));
}

window.addEventListener('load', () => {
    addStyle();
    addPages();
    addLanguages();
});
