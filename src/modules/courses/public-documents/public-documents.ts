import { LRUCache } from 'lru-cache'
import { type CachedBody, cachedBody } from '#platform/http/cached-body.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { publicDocumentsTotal } from '../metrics.ts'

export type PublicDocuments = ReturnType<typeof createPublicDocuments>

type DocumentName = readonly (string | number | undefined)[]

const BYTES_MAX = 16 * 1024 * 1024
const TTL_MS = 2000

/**
 * What everybody may see (the catalogue, published courses and their outlines), serialised once and sent many times.
 *
 * A change in this process is seen by the next request: it forgets everything right after its commit, and a document
 * that was being made meanwhile is not kept. A change in another process, or of a person's name, is seen after 2
 * seconds at the latest. What is kept is bounded in bytes, whatever strangers search for. Nothing that depends on who
 * asks belongs here.
 */
export function createPublicDocuments({ now, metrics }: { now: () => Date; metrics: Metrics }) {
  const countDocument = counter(metrics, publicDocumentsTotal)
  const kept = new LRUCache<string, { body: CachedBody; until: number }>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ body }, key) => body.bytes.length + key.length * 2 + 200,
  })
  let underWay = new Map<string, Promise<CachedBody | undefined>>()

  /**
   * The document of this name, made by `make` when it is not here; of many who ask at once, one makes it. `name` holds
   * everything that the document depends on. Undefined, and not kept, when `make` finds nothing that is public.
   */
  async function get(name: DocumentName, make: () => Promise<unknown>): Promise<CachedBody | undefined> {
    const key = JSON.stringify(name)
    const known = kept.get(key)
    const body = known && known.until > now().getTime() ? known.body : undefined
    countDocument({ source: body ? 'kept' : 'made' })
    return body ?? underWay.get(key) ?? start(key, make)
  }

  function start(key: string, make: () => Promise<unknown>): Promise<CachedBody | undefined> {
    const round = underWay
    // Counted from before the reading: the document is at least as old as that.
    const until = now().getTime() + TTL_MS
    const making = make()
      .then((document) => {
        if (document === undefined) return undefined
        const body = cachedBody(JSON.stringify(document))
        // Forgotten meanwhile: what was read may be from before the change.
        if (round === underWay) kept.set(key, { body, until })
        return body
      })
      .finally(() => round.delete(key))
    round.set(key, making)
    return making
  }

  function forgetAll(): void {
    kept.clear()
    underWay = new Map()
  }

  return { get, forgetAll }
}
