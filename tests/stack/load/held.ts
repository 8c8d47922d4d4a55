import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { domain } from '../edge.ts'

const SECONDS = 6
const PIECES_PER_SECOND = 2
const BOUNDARY = 'held'

/** Large enough that the buffers on the way cannot hold it: the API itself must be there to the end. */
export const HELD_FILE_BYTES = 24 * 2 ** 20

interface Opening {
  readonly port: number
  readonly accessToken: string
  readonly method: 'GET' | 'POST'
  readonly path: string
}

/** An upload that takes seconds: a piece of its file at a time. */
export async function holdUpload(port: number, accessToken: string): Promise<void> {
  const piece = Buffer.from('A line of a file that takes long to arrive.\n'.repeat(100))
  await upload(port, accessToken, piece, SECONDS * PIECES_PER_SECOND, 1000 / PIECES_PER_SECOND)
}

/** Uploads the file that downloads take long for; returns its id. */
export async function uploadHeldFile(port: number, accessToken: string): Promise<string> {
  const answer = await upload(port, accessToken, Buffer.alloc(2 ** 20, 'held '), HELD_FILE_BYTES / 2 ** 20, 0)
  return (JSON.parse(answer) as { id: string }).id
}

/** A download that takes seconds, since its reader takes a piece at a time; every byte must arrive. */
export async function holdDownload(port: number, accessToken: string, fileId: string): Promise<void> {
  const response = await open({ port, accessToken, method: 'GET', path: `/api/v1/files/${fileId}/content` })
  if (response.statusCode !== 200) throw new Error(`the download answered ${response.statusCode}`)
  const [startedAt, bytesPerMs] = [performance.now(), HELD_FILE_BYTES / (SECONDS * 1000)]
  let read = 0
  for await (const chunk of response) {
    read += chunk.length
    const early = read / bytesPerMs - (performance.now() - startedAt)
    if (early > 50) await delay(early)
  }
  if (read !== HELD_FILE_BYTES) throw new Error(`the download was cut off after ${read} bytes`)
}

async function upload(port: number, accessToken: string, piece: Buffer, pieces: number, everyMs: number) {
  const response = await open({ port, accessToken, method: 'POST', path: '/api/v1/files' }, async (sent) => {
    sent.write(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="held.txt"\r\n`)
    sent.write('content-type: text/plain\r\n\r\n')
    for (let i = 0; i < pieces && !sent.destroyed; i++) {
      if (!sent.write(piece)) await once(sent, 'drain')
      await delay(everyMs)
    }
    sent.end(`\r\n--${BOUNDARY}--\r\n`)
  })
  const body = (await response.toArray()).join('')
  if (response.statusCode !== 201) throw new Error(`the upload answered ${response.statusCode}: ${body.slice(0, 200)}`)
  return body
}

function open(
  { port, accessToken, method, path }: Opening,
  send?: (sent: ReturnType<typeof request>) => Promise<void>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, servername: domain, rejectUnauthorized: false, agent: false, method, path },
        headers: {
          host: domain,
          authorization: `Bearer ${accessToken}`,
          ...(send && { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }),
        },
      },
      resolve,
    )
    sent.on('error', reject)
    if (send) send(sent).catch(reject)
    else sent.end()
  })
}
