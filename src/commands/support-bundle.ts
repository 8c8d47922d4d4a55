import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reasonOf, StartError } from '../start-error.ts'
import { secretValues } from '../support-bundle/secret-values.ts'
import { supportFiles } from '../support-bundle/support-bundle.ts'
import { packTar } from '../support-bundle/tar.ts'

export const supportBundleHelp = `Usage: node src/main.ts support-bundle [--log FILE] [--lines N] [--url URL] [--output FILE]

Packs what whoever helps needs into one .tar.gz: the settings in effect, versions, what doctor found, readiness, metrics,
and the last lines of a log. Secrets are taken out, and mail addresses of log lines. Look through it before you hand it on.

  --log FILE      a log file, such as: docker compose logs --no-color api-blue > api.log
  --lines N       how many of its last lines; default 2000
  --url URL       where the product runs; default http://127.0.0.1:PORT
  --output FILE   default support-bundle-TIME.tar.gz here; a file that exists is not overwritten

Exit code 0: written; 1: it cannot be written; 2: wrong usage.
`

const TIMEOUT_MS = 5000

/** Writes the support bundle, readable for its owner only, and says where it is. */
export async function writeSupportBundle(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      log: { type: 'string' },
      lines: { type: 'string', default: '2000' },
      url: { type: 'string', default: `http://127.0.0.1:${process.env.PORT || 8000}` },
      output: { type: 'string' },
    },
  })
  const logLines = Number(values.lines)
  if (!Number.isInteger(logLines) || logLines < 1 || !URL.canParse(values.url)) {
    process.stderr.write(supportBundleHelp)
    return 2
  }
  const now = new Date()
  const folder = `support-bundle-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`
  const files = await supportFiles({
    environment: process.env,
    secrets: secretValues(process.env, join(process.env.DATA_DIR || './data', 'secret-key')),
    url: values.url.replace(/\/$/, ''),
    logPath: values.log,
    logLines,
    timeoutMs: TIMEOUT_MS,
  })
  const path = values.output ?? `${folder}.tar.gz`
  try {
    writeFileSync(path, packTar(folder, files, now), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new StartError(`The bundle cannot be written to ${path} (${reasonOf(error)}).`, error)
  }
  process.stdout.write(`${path}\n`)
  return 0
}
