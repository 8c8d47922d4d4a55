import { handle, type JobHandler, PermanentJobFailure } from '#platform/jobs/job.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { FileDeps } from './deps.ts'
import { collectOrphans, removeContent } from './jobs.ts'
import { objectsRemovedTotal } from './metrics.ts'
import { hasAnyFile, selectDeletedKey, selectLiveKeys } from './queries.ts'
import { KEY_PREFIX } from './storage-keys.ts'

/** An upload may take hours between its last byte and its row, should a database be away; never a day. */
const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000
const KEYS_AT_ONCE = 200

/** Both can be repeated at any time: an object that is gone already is as good as removed. */
export function fileJobHandlers({ db, storage, metrics, now }: FileDeps): readonly JobHandler[] {
  const count = counter(metrics, objectsRemovedTotal)

  async function remove({ fileId }: { fileId: string }): Promise<void> {
    const key = await selectDeletedKey(db, fileId)
    if (key === undefined) return
    await storage.delete(key)
    count({ reason: 'deleted' })
  }

  async function collect(signal: AbortSignal): Promise<void> {
    if (!(await hasAnyFile(db))) return refuseIfObjects()
    for await (const keys of oldKeys(now().getTime() - ORPHAN_AGE_MS)) {
      signal.throwIfAborted()
      const live = await selectLiveKeys(db, keys)
      for (const key of keys) {
        if (live.has(key)) continue
        await storage.delete(key)
        count({ reason: 'orphaned' })
      }
    }
  }

  /** A database without any file beside a storage full of them is the wrong database, not a reason to delete. */
  async function refuseIfObjects(): Promise<void> {
    for await (const { key } of storage.list()) {
      if (!key.startsWith(KEY_PREFIX)) continue
      throw new PermanentJobFailure('The storage holds files and the database knows none: nothing was removed.')
    }
  }

  async function* oldKeys(before: number): AsyncGenerator<string[]> {
    let keys: string[] = []
    for await (const { key, modifiedAt } of storage.list()) {
      if (!key.startsWith(KEY_PREFIX) || modifiedAt.getTime() >= before) continue
      keys.push(key)
      if (keys.length < KEYS_AT_ONCE) continue
      yield keys
      keys = []
    }
    if (keys.length > 0) yield keys
  }

  return [handle(removeContent, remove), handle(collectOrphans, (_payload, { signal }) => collect(signal))]
}
