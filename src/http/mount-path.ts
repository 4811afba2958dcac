/** The path of a request below a mount, as it stands: nothing is decoded. */

/** A path that no route has, so that the API answers it as not found. */
const NO_ROUTE = '/'

/** Returns the path and query behind the first `count` segments of the path. */
export function behindSegments(target: string, count: number): string {
  const [path = '', ...query] = target.split(/(?=[?#])/)
  return [
    `/${path
      .split('/')
      .slice(count + 1)
      .join('/')}`,
    ...query,
  ].join('')
}

/** Returns the path and query behind the first place of `mount` in it; another target is no route. */
export function behindMount(target: string, mount: string): string {
  const [path = '', ...query] = target.split(/(?=[?#])/)
  const start = path.indexOf(`${mount}/`)
  return start < 0 ? NO_ROUTE : [path.slice(start + mount.length), ...query].join('')
}

/**
 * Returns a path and query, if a URL keeps the path as it stands.
 *
 * A URL resolves `..` and cuts at `#`: the API would answer another path than the one that the host's own rules have seen.
 */
export function pathOrNone(target: string): string {
  const [path = ''] = target.split('?', 1)
  const isKept = path.startsWith('/') && URL.canParse(`http://localhost${target}`) && new URL(`http://localhost${target}`).pathname === path
  return isKept ? target : NO_ROUTE
}

/** Whether a text is the host of a URL, with its port, and nothing more. */
export function isUrlHost(text: string): boolean {
  return /^[\w.:[\]-]+$/.test(text) && URL.canParse(`http://${text}`)
}
