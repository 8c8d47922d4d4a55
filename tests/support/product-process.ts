import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { type ServerProcess, serverProcess } from './server-process.ts'

const root = resolve(import.meta.dirname, '../..')

export interface ProductOptions {
  /** `npm start` as a newcomer runs it, or a role of the executable. */
  readonly role: 'npm start' | 'serve' | 'work' | 'all'
  /** Settings beside PORT and DATA_DIR, which are given. */
  readonly settings?: Record<string, string>
}

/** A real process of the product. After `kill` or `interrupt`, `start` runs it again on the same data. */
export interface ProductProcess extends ServerProcess {
  readonly url: string
  /** Removed by `stop`. */
  readonly dataDirectory: string
  /** Everything it printed so far, over all its runs. */
  output(): string
}

/** Starts the product with nothing of the caller's environment and waits until it is ready. */
export async function startProduct({ role, settings = {} }: ProductOptions): Promise<ProductProcess> {
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'lms-product-'))
  const dataDirectory = join(directory, 'data')
  const url = `http://127.0.0.1:${port}`
  const server = serverProcess({
    name: `The product (${role})`,
    ...commandFor(role),
    // npm hands SIGTERM on; SIGINT it leaves to the terminal, which sends it to the whole group.
    stopSignal: role === 'npm start' ? 'SIGTERM' : 'SIGINT',
    env: {
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      HOME: directory,
      LC_ALL: 'C.UTF-8',
      PORT: String(port),
      DATA_DIR: dataDirectory,
      ...startScript().env,
      ...settings,
    },
    directory,
    answers: () => isReady(url),
  })
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
    throw error
  }
  return { url, dataDirectory, output: () => readFileSync(join(directory, 'server.log'), 'utf8'), ...server }
}

function commandFor(role: ProductOptions['role']): { command: string; args: string[] } {
  if (role === 'npm start') return { command: 'npm', args: ['--prefix', root, 'start'] }
  return { command: process.execPath, args: [...startScript().nodeFlags, join(root, 'src/main.ts'), role] }
}

/** What `npm start` gives Node, so that every process of a test or a measurement runs like the product's own. */
export function startScript(): { readonly env: Record<string, string>; readonly nodeFlags: readonly string[] } {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, settings = '', flags = ''] =
    /^((?:\w+=\S+ )*)exec node ((?:--\S+ )*)src\/main\.ts serve$/.exec(scripts.start) ?? []
  return {
    env: Object.fromEntries(settings.split(' ').flatMap((one) => (one === '' ? [] : [one.split('=')]))),
    nodeFlags: flags.split(' ').filter((flag) => flag !== ''),
  }
}

async function isReady(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/ready`, { signal: AbortSignal.timeout(3000) })
  if (!response.ok) throw new Error(`not ready: ${await response.text()}`)
}
