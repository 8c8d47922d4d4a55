import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  BlobSASPermissions,
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  RestError,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { attachmentDisposition } from './content-disposition.ts'
import { MeasuringStream } from './measuring-stream.ts'
import {
  assertKey,
  assertRange,
  type ByteRange,
  isKey,
  ObjectMissing,
  ObjectTooLarge,
  type PutOptions,
  RangeOutsideObject,
  type Storage,
  StorageUnavailable,
  type TemporaryUrlOptions,
} from './storage.ts'

export interface AzureBlobStorageOptions {
  readonly connectionString: string
  /** Created, closed to the public, by the first `check` that misses it. */
  readonly container: string
  /** The longest that one request may take, its retries included; a download's body is not counted. */
  readonly requestTimeoutSeconds?: number
}

/** An object is sent in blocks of this size, one at a time: a put holds one of them in memory. */
const blockBytes = 4 * 1024 * 1024

/**
 * Keeps objects as block blobs. Blocks become visible all at once, when the list of them is committed; Azure forgets
 * those that never are. Temporary addresses are signed with the account's key; with a connection string that holds
 * none they are not offered.
 */
export function createAzureBlobStorage(options: AzureBlobStorageOptions): Storage {
  const container = openContainer(options)
  const request = requestRunner((options.requestTimeoutSeconds ?? 30) * 1000)
  const blob = (key: string) => {
    assertKey(key)
    return container.getBlockBlobClient(key)
  }

  return {
    put: (key, source, putOptions) => put(() => blob(key), source, putOptions, request),
    get: (key, range) => download(blob(key), key, range, request),
    async stat(key) {
      const found = await request((abortSignal) => blob(key).getProperties({ abortSignal }), { key })
      return { sizeBytes: found.contentLength ?? 0, modifiedAt: found.lastModified ?? new Date(0) }
    },
    async delete(key) {
      await request((abortSignal) => blob(key).deleteIfExists({ deleteSnapshots: 'include', abortSignal }))
    },
    list: () => listBlobs(container, request),
    async check() {
      if (await request((abortSignal) => container.exists({ abortSignal }))) return
      await request((abortSignal) => container.createIfNotExists({ abortSignal }))
    },
    ...(container.credential instanceof StorageSharedKeyCredential && {
      temporaryUrl: async (key: string, urlOptions: TemporaryUrlOptions) => signedUrl(blob(key), urlOptions),
    }),
  }
}

function openContainer({ connectionString, container }: AzureBlobStorageOptions): ContainerClient {
  const service = BlobServiceClient.fromConnectionString(connectionString, {
    retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 },
  })
  return service.getContainerClient(container)
}

type RequestRunner = <T>(
  send: (signal: AbortSignal) => Promise<T>,
  options?: { readonly key?: string; readonly signal?: AbortSignal | undefined },
) => Promise<T>

/**
 * Runs single requests. The deadline is for the answer to begin: a body that follows takes as long as its reader. What
 * the service refuses becomes an error of the port; with a `key`, a missing blob becomes `ObjectMissing`.
 */
function requestRunner(timeoutMs: number): RequestRunner {
  return async (send, { key, signal } = {}) => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeoutMs)
    try {
      return await send(signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal)
    } catch (error) {
      if (deadline.signal.aborted) throw new StorageUnavailable('The blob storage took too long', { cause: error })
      if (!(error instanceof RestError) || error.statusCode === 416) throw error
      const code = serviceCodeOf(error)
      if (code === 'BlobNotFound' && key !== undefined) throw new ObjectMissing(key, error)
      throw new StorageUnavailable(`The blob storage cannot be used: ${code}`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** An answer to HEAD has no body: there the code comes as a header. */
function serviceCodeOf({ code, details, message }: RestError): string {
  if (code !== undefined) return code
  const fromHeader = typeof details === 'object' && details !== null && 'errorCode' in details && details.errorCode
  return typeof fromHeader === 'string' ? fromHeader : message
}

async function put(
  openBlob: () => BlockBlobClient,
  source: Readable,
  { maxBytes, contentType, signal }: PutOptions,
  request: RequestRunner,
) {
  const measured = new MeasuringStream(maxBytes, () => new ObjectTooLarge(maxBytes))
  try {
    const blob = openBlob()
    const blockIds: string[] = []
    await pipeline(
      source,
      measured,
      async (chunks: AsyncIterable<Buffer>) => {
        // All ids of one blob must be of one length, and no two uploads may share any.
        const upload = randomUUID()
        for await (const block of inBlocks(chunks)) {
          const id = Buffer.from(`${upload}-${String(blockIds.length).padStart(6, '0')}`).toString('base64')
          blockIds.push(id)
          await request((abortSignal) => blob.stageBlock(id, block, block.length, { abortSignal }), { signal })
        }
      },
      { signal },
    )
    const blobHTTPHeaders = { blobContentType: contentType }
    await request((abortSignal) => blob.commitBlockList(blockIds, { blobHTTPHeaders, abortSignal }), { signal })
    return { sizeBytes: measured.sizeBytes, sha256: measured.sha256() }
  } catch (error) {
    source.destroy()
    signal?.throwIfAborted()
    throw error
  }
}

/** Every block is a view of the same memory: it must be done with before the next one is asked for. */
async function* inBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const block = Buffer.allocUnsafe(blockBytes)
  let filled = 0
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const count = chunk.copy(block, filled, taken)
      taken += count
      filled += count
      if (filled < blockBytes) continue
      yield block
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

async function download(blob: BlockBlobClient, key: string, range: ByteRange | undefined, request: RequestRunner) {
  if (range) assertRange(range)
  const count = range?.end === undefined ? undefined : range.end - range.start + 1
  try {
    const response = await request((abortSignal) => blob.download(range?.start, count, { abortSignal }), { key })
    const { readableStreamBody, contentLength = 0, contentRange } = response
    if (!(readableStreamBody instanceof Readable)) throw new StorageUnavailable('The blob storage sent no body')
    const sizeBytes = contentRange ? Number(contentRange.slice(contentRange.lastIndexOf('/') + 1)) : contentLength
    if (range && range.start >= sizeBytes) {
      // Of an empty blob everything is asked for, since the client leaves out a range that begins at 0.
      readableStreamBody.destroy()
      throw new RangeOutsideObject(sizeBytes)
    }
    return { stream: readableStreamBody, sizeBytes }
  } catch (error) {
    // Left as it is by `request`: 416, which does not say the size.
    if (!(error instanceof RestError)) throw error
    const { contentLength = 0 } = await request((abortSignal) => blob.getProperties({ abortSignal }), { key })
    throw new RangeOutsideObject(contentLength)
  }
}

async function* listBlobs(container: ContainerClient, request: RequestRunner) {
  let continuationToken: string | undefined
  do {
    const page = await request((abortSignal) => {
      const pages = container.listBlobsFlat({ abortSignal })
      return pages.byPage({ maxPageSize: 1000, ...(continuationToken && { continuationToken }) }).next()
    })
    if (page.done) return
    for (const { name, properties } of page.value.segment.blobItems) {
      if (isKey(name)) yield { key: name, modifiedAt: properties.lastModified }
    }
    continuationToken = page.value.continuationToken
  } while (continuationToken)
}

function signedUrl(blob: BlockBlobClient, { expiresSeconds, fileName, contentType }: TemporaryUrlOptions) {
  return blob.generateSasUrl({
    permissions: BlobSASPermissions.from({ read: true }),
    expiresOn: new Date(Date.now() + expiresSeconds * 1000),
    contentDisposition: attachmentDisposition(fileName),
    contentType,
    protocol: blob.url.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
  })
}
