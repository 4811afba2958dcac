/** The texts: both languages say everything, in their own words. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { formatsOf } from '../../src/elements/formats.js'
import { en } from '../../src/elements/texts/en.js'
import { first as firstEn } from '../../src/elements/texts/first-en.js'
import { first as firstFr } from '../../src/elements/texts/first-fr.js'
import { fr } from '../../src/elements/texts/fr.js'

type Sayings = Readonly<Record<string, unknown>>

/** All that an object of texts says, by path; a function is asked with names, and with numbers where it counts. */
function sayings(texts: Sayings, locale: string, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]): [string, string][] => {
    const here = `${path}.${key}`
    if (typeof text === 'string') return [[here, text]]
    if (typeof text !== 'function') return sayings(text as Sayings, locale, here)
    const counts =
      /summary|characters|message(Too)|found|banner\.left|sessionCount|answerMany\.|(history|editor)\.counts|outgoing\.counted\./.test(here)
        ? [1, 2, 1_000]
        : ['NAME']
    return counts.map((given) => [`${here}(${given})`, text(given, typeof given === 'number' ? formatsOf(locale, 'UTC') : 'ZONE', 'OTHER')])
  })
}

const [english, french] = [sayings(en, 'en'), sayings(fr, 'fr')].map((all) => new Map(all)) as [Map<string, string>, Map<string, string>]

it('both languages say the same things', () => {
  expect([...french.keys()]).toEqual([...english.keys()])
  expect(english.size).toBeGreaterThan(100)
})

it('nothing is empty, and nothing says `undefined`', () => {
  const all = [...english, ...french]
  expect(all.filter(([, text]) => text.trim() === '' || /undefined|NaN|\[object/.test(text))).toEqual([])
})

it('French is not English', () => {
  // Words that both languages have.
  const shared = /^(Message|Action|Session|Sessions|Pages|\d sessions?|NAME|Impersonate & .*)$|\+$|^NAME · ZONE\.$/
  expect([...english].filter(([path, text]) => french.get(path) === text && !shared.test(text)).map(([path]) => path)).toEqual([])
})

it('French sets a space that does not break before a colon, a semicolon and a question mark', () => {
  expect([...french].filter(([, text]) => /[^\u00a0\u202f][:;?!]/.test(text)).map(([, text]) => text)).toEqual([])
})

it('plurals follow the language: in French zero is one', () => {
  const { charactersLeft } = fr.fields
  expect([0, 1, 2].map((count) => charactersLeft(count, formatsOf('fr', 'UTC')))).toEqual([
    '0 caractère restant',
    '1 caractère restant',
    '2 caractères restants',
  ])
  expect([0, 1, 2].map((count) => en.fields.charactersLeft(count, formatsOf('en', 'UTC')))).toEqual([
    '0 characters left',
    '1 character left',
    '2 characters left',
  ])
})

it('spans are in the largest unit of which there are two, and never rounded up', () => {
  const { relative } = formatsOf('en', 'UTC')
  const [MINUTE, HOUR] = [60_000, 3_600_000]
  expect([240 * HOUR, 49 * HOUR, 47.9 * HOUR, 1.9 * HOUR, 30_000, -3 * HOUR].map((span) => relative(span, 0))).toEqual([
    'in 10 days',
    'in 2 days',
    'in 47 hours',
    'in 114 minutes',
    'this minute',
    '3 hours ago',
  ])
  expect(relative(90 * MINUTE, 0)).toBe('in 90 minutes')
})

/** The groups of texts that a module says something of. */
function groupsIn(source: string): string[] {
  const direct = [...source.matchAll(/\btexts\.(\w+)/g)].map(([, group = '']) => group)
  const taken = [...source.matchAll(/\{ ([\w, ]+) \} = (?:this\.|input\.)?texts\b/g)].flatMap(([, groups = '']) => groups.split(', '))
  return [...direct, ...taken].filter((group) => group in en)
}

it("the console's first screen says only what comes before the other texts", async () => {
  const absWorkingDir = fileURLToPath(new URL('../../', import.meta.url))
  const { metafile } = await build({
    ...{ entryPoints: ['src/elements/console-script.ts'], absWorkingDir, outdir: '/', write: false, logLevel: 'error' },
    ...{ bundle: true, splitting: true, format: 'esm', metafile: true },
  })
  const start = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith('console-script.ts'))
  const shared = start?.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => metafile.outputs[path]) ?? []
  const files = [start, ...shared].flatMap((output) => Object.keys(output?.inputs ?? {})).filter((path) => path.startsWith('src/elements/'))
  const said = (paths: readonly string[]) =>
    [...new Set(paths.flatMap((path) => groupsIn(readFileSync(absWorkingDir + path, 'utf8'))))].sort()
  expect(files.length).toBeGreaterThan(30)
  expect(said(files)).toEqual(Object.keys(firstEn).sort())
  expect(Object.keys(firstFr)).toEqual(Object.keys(firstEn))
  expect(said(['src/elements/answer-form.ts', 'src/elements/banner-view.ts'])).toEqual(expect.arrayContaining(['answer', 'sessions']))
})
