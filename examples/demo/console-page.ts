/** The demo's console: the pages of the person who is logged in, made of the elements. */
import type { Somebody } from './tables.js'

type Language = 'en' | 'fr'

const WORDS = {
  en: {
    incoming: 'Incoming requests',
    person: 'Log in as',
    other: 'Français',
    nobody: 'Log in as somebody.',
    none: 'There is no page for this person yet.',
  },
  fr: {
    incoming: 'Demandes entrantes',
    person: 'Se connecter comme',
    other: 'English',
    nobody: "Connectez-vous comme quelqu'un.",
    none: "Il n'y a pas encore de page pour cette personne.",
  },
}

/** Returns the document: a frame with links and people, and the person's page in it. */
export function consoleOf(people: readonly Somebody[], me: Somebody | undefined, lang: Language): string {
  const words = WORDS[lang]
  const isCustomer = me !== undefined && !me.tenant.startsWith('Classics')
  const page = isCustomer ? '<consentry-incoming></consentry-incoming>' : `<p>${me ? words.none : words.nobody}</p>`
  return `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${words.incoming}</title>
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
<nav>
<h1>${me?.tenant ?? 'Consentry'}</h1>
${isCustomer ? `<a href="#/incoming" aria-current="page">${words.incoming}</a>` : ''}
<h2>${words.person}</h2>
${people.map(({ id, name, tenant }) => `<button type="button" data-user="${id}" aria-pressed="${id === me?.id}">${name}<span>${tenant}</span></button>`).join('\n')}
<h2>Consentry</h2>
<a href="?lang=${lang === 'fr' ? 'en' : 'fr'}" lang="${lang === 'fr' ? 'en' : 'fr'}">${words.other}</a>
<a href="/">API</a>
</nav>
<main>${page}</main>
`
}
