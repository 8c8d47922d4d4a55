import { StorageFull, StorageUnavailable } from '#platform/storage/storage.ts'
import { storageFull, storageUnavailable } from './problems.ts'

/** Turns what can befall a storage into the problems that clients get; every other error passes. */
export async function orStorageProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StorageFull) throw storageFull(undefined, error)
    if (error instanceof StorageUnavailable) throw storageUnavailable(undefined, error)
    throw error
  }
}
