import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { serverProcess } from './server-process.ts'

export interface AzuriteServer {
  /** Stays the same over `kill` and `start`. */
  readonly connectionString: string
  kill(): Promise<void>
  /** Starts the server again after `kill`, on the same port and disk. */
  start(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

/** The account and key that every Azurite has, as published in its documentation. */
const account = 'devstoreaccount1'
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** A new, empty Azure Blob service of its own on an address of this machine, which ends with this process at the latest. */
export async function startAzurite(host = '127.0.0.1'): Promise<AzuriteServer> {
  const port = await freePort()
  const directory = await mkdtemp(join(tmpdir(), 'lms-azurite-'))
  const server = serverProcess({
    name: 'Azurite',
    command: process.execPath,
    args: [
      createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js'),
      ...['--blobHost', host, '--blobPort', String(port), '--location', directory],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    env: { PATH: process.env.PATH, TZ: 'UTC' },
    directory,
    // Any answer will do: an anonymous request is refused.
    answers: async () => void (await fetch(`http://${host}:${port}/${account}?comp=list`)),
  })
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    throw error
  }
  const endpoint = `http://${host}:${port}/${account}`
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};BlobEndpoint=${endpoint};`
  return { connectionString, ...server }
}
