/** Draws the pictures of the README again. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { drawPictures, pathOf } from './console.js'

for (const [name, picture] of await drawPictures()) {
  await mkdir(dirname(pathOf(name)), { recursive: true })
  await writeFile(pathOf(name), picture)
  console.log(`${pathOf(name)}: ${Math.round(picture.length / 1_000)} KB`)
}
process.exit()
