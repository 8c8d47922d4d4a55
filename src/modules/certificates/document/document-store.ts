import { type Storage, StorageUnavailable } from '#platform/storage/storage.ts'

export type DocumentStore = Pick<Storage, 'put' | 'get' | 'stat'>

/**
 * The storage, opened when it is first needed: without it certificates are still issued, and verified by everybody.
 * Throws `StorageUnavailable` as long as it cannot be opened.
 */
export function createDocumentStore(openStorage: () => Promise<Storage>): DocumentStore {
  let opened: Storage | undefined

  async function storage(): Promise<Storage> {
    try {
      opened ??= await openStorage()
      return opened
    } catch (error) {
      throw new StorageUnavailable('The storage of documents cannot be opened', { cause: error })
    }
  }

  return {
    put: async (...request) => (await storage()).put(...request),
    get: async (...request) => (await storage()).get(...request),
    stat: async (...request) => (await storage()).stat(...request),
  }
}

/** Where the document of a certificate is kept; files have keys of their own. */
export function storageKeyOf({ id }: { readonly id: string }): string {
  return `certificates/${id}.pdf`
}
