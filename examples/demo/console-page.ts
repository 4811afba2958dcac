/** The demo's console: the pages of the person who is logged in, made of the elements. */
import type { Somebody } from './tables.js'

type Language = 'en' | 'fr'

const WORDS = {
  en: {
    incoming: 'Incoming requests',
    'my-access': 'My access',
    legacy: 'Legacy tool',
    sessions: 'Sessions',
    person: 'Log in as',
    other: 'Français',
    nobody: 'Log in as somebody.',
  },
  fr: {
    incoming: 'Demandes entrantes',
    'my-access': 'Ma zone',
    legacy: 'Outil hérité',
    sessions: 'Sessions',
    person: 'Se connecter comme',
    other: 'English',
    nobody: "Connectez-vous comme quelqu'un.",
  },
}

/** The pages, by their address. In an application, the legacy tool stands on the page of each customer. */
const PAGES = {
  sessions: '<consentry-sessions></consentry-sessions>',
  incoming: '<consentry-incoming></consentry-incoming>',
  'my-access': '<consentry-my-access></consentry-my-access>',
  legacy: `<h2>Tom Sawyer Fence Painting Co.</h2>
<consentry-legacy tenant="tom-sawyer" tenant-name="Tom Sawyer Fence Painting Co."></consentry-legacy>
<h2>Hundred Acre Wood Art Gallery</h2>
<consentry-legacy tenant="hundred-acre" tenant-name="Hundred Acre Wood Art Gallery"></consentry-legacy>`,
}

/** Returns the names of the pages of a person. */
function pagesOf(me: Somebody | undefined): readonly (keyof typeof PAGES)[] {
  if (me === undefined) return []
  return me.tenant.startsWith('Classics') ? ['my-access', 'legacy', 'sessions'] : ['incoming', 'sessions']
}

/** Returns the document: a frame with links and people, and the person's pages, of which one is shown. */
export function consoleOf(people: readonly Somebody[], me: Somebody | undefined, lang: Language): string {
  const words = WORDS[lang]
  const pages = pagesOf(me)
  const sections = pages.map((page, n) => `<section data-page="${page}"${n > 0 ? ' hidden' : ''}>${PAGES[page]}</section>`)
  return `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Consentry</title>
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
${me ? '<consentry-banner></consentry-banner>' : ''}
<nav>
<h1>${me?.tenant ?? 'Consentry'}</h1>
${pages.map((page, n) => `<a href="#/${page}"${n > 0 ? '' : ' aria-current="page"'}>${words[page]}</a>`).join('\n')}
<h2>${words.person}</h2>
${people.map(({ id, name, tenant }) => `<button type="button" data-user="${id}" aria-pressed="${id === me?.id}">${name}<span>${tenant}</span></button>`).join('\n')}
<h2>Consentry</h2>
<a href="?lang=${lang === 'fr' ? 'en' : 'fr'}" lang="${lang === 'fr' ? 'en' : 'fr'}">${words.other}</a>
<a href="/">API</a>
</nav>
<main>${me ? sections.join('\n') : `<p>${words.nobody}</p>`}</main>
`
}
