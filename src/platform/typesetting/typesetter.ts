import { Worker } from 'node:worker_threads'
import { fonts } from './fonts.ts'
import type { TypesetAnswer, TypesetRequest, TypstThreadData } from './typst-thread.ts'

/** Makes PDF documents with Typst. The same source and inputs give the same bytes, whatever the machine. */
export interface Typesetter {
  /**
   * `source` is a program of ours; what people wrote comes in `inputs`, which the source reads as data (`sys.inputs`).
   * Rejects when the source is wrong, and when it takes longer than 20 s.
   */
  typeset(source: string, inputs: Readonly<Record<string, string>>): Promise<Uint8Array>
}

const LIMIT_MS = 20_000
const IDLE_MS = 10_000

interface Waiting {
  readonly resolve: (pdf: Uint8Array) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
  idle: NodeJS.Timeout | undefined
}

/**
 * Typesetting is synchronous work of some milliseconds in native code: it is done in a thread of its own, which begins
 * with the first document, ends after ten idle seconds, and keeps no process alive. The first document costs a process
 * 110 MB, of which the end of the thread gives 20 back; further ones cost nothing.
 */
export function createTypesetter(): Typesetter {
  let thread: Thread | undefined
  let lastId = 0

  function start(): Thread {
    const data: TypstThreadData = { fontPaths: fonts.map(({ path }) => path) }
    const worker = new Worker(new URL('./typst-thread.ts', import.meta.url), { workerData: data })
    const started: Thread = { worker, waiting: new Map(), idle: undefined }
    worker.on('message', (answer: TypesetAnswer) => settle(started, answer))
    worker.on('error', (error) => end(started, error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => end(started, new Error('The typesetting thread has ended.')))
    worker.unref()
    return started
  }

  function settle(from: Thread, answer: TypesetAnswer): void {
    const one = from.waiting.get(answer.id)
    if (!one) return
    clearTimeout(one.timer)
    from.waiting.delete(answer.id)
    if ('pdf' in answer) one.resolve(answer.pdf)
    else one.reject(new Error(`Typst refused the document: ${answer.mistake}`))
    if (from.waiting.size > 0) return
    from.worker.unref()
    from.idle = setTimeout(() => end(from, new Error('The typesetting thread was idle.')), IDLE_MS).unref()
  }

  function end(ended: Thread, reason: Error): void {
    if (thread === ended) thread = undefined
    clearTimeout(ended.idle)
    for (const one of ended.waiting.values()) {
      clearTimeout(one.timer)
      one.reject(reason)
    }
    ended.waiting.clear()
    void ended.worker.terminate()
  }

  async function typeset(source: string, inputs: Readonly<Record<string, string>>): Promise<Uint8Array> {
    const used = thread ?? start()
    thread = used
    clearTimeout(used.idle)
    // While somebody waits for a document the process must not end.
    used.worker.ref()
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const timer = setTimeout(() => end(used, new Error(`A document took longer than ${LIMIT_MS} ms.`)), LIMIT_MS)
    used.waiting.set(id, { resolve, reject, timer })
    const request: TypesetRequest = { id, source, inputs }
    used.worker.postMessage(request)
    return promise
  }

  return { typeset }
}
