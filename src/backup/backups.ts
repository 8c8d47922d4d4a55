import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Storage } from '#platform/storage/storage.ts'
import { pack, unpack } from './archive.ts'
import { checkContents, gather } from './contents.ts'
import type { Manifest } from './manifest.ts'
import { writeMetrics } from './metrics-file.ts'
import { rehearse } from './rehearsal.ts'
import type { Source } from './source.ts'

export interface BackupDeps {
  /** Where backups are kept. */
  readonly target: Storage
  readonly source: Source
  readonly key: string
  readonly keepDays: number
  /** A file for node_exporter's textfile collector; empty: none. */
  readonly metricsFile: string
  /** Needs room for the database and all files, twice while it restores. */
  readonly scratchDirectory: string
  readonly now: () => Date
}

export interface KeptBackup {
  readonly name: string
  readonly createdAt: Date
  readonly sizeBytes: number
  /** When it was restored on trial and compared; null: not yet. */
  readonly verifiedAt: string | null
}

export type Backups = ReturnType<typeof createBackups>

const DAY_MS = 86_400_000
const KEPT_AT_LEAST = 3
const SUFFIX = '.tar.gz.age'
const VERIFIED = '.verified'
const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** Makes, lists, checks and removes backups: each one encrypted file with database, files and secrets of one moment. */
export function createBackups(deps: BackupDeps) {
  const { target, source, key, now } = deps

  /** Makes one, and removes what has become too old. Nothing is kept unless all of it is. */
  async function create(): Promise<{ name: string; sizeBytes: number; manifest: Manifest }> {
    const startedAt = now()
    return await inScratch(deps, async (directory) => {
      const manifest = await gather(source, directory, startedAt)
      const name = nameOf(startedAt)
      const stream = await pack(directory, key)
      const { sizeBytes } = await target.put(name, stream, { maxBytes: NO_LIMIT, contentType: 'application/age' })
      await prune()
      await tellMetrics()
      return { name, sizeBytes, manifest }
    })
  }

  const list = () => listBackups(target)

  /** Restores it on trial, compares everything, and notes that it is good. Throws what is wrong with it. */
  async function verify(name: string): Promise<Manifest> {
    return await inScratch(deps, async (directory) => {
      const manifest = await open(name, directory)
      await rehearse(source, directory, manifest)
      const note = Readable.from([Buffer.from(now().toISOString())])
      await target.put(`${name}${VERIFIED}`, note, { maxBytes: 100, contentType: 'text/plain' })
      await tellMetrics()
      return manifest
    })
  }

  /** Unpacks a backup and holds every part of it against its manifest. */
  async function open(name: string, directory: string): Promise<Manifest> {
    const { stream } = await target.get(name)
    await unpack(stream, directory, key)
    return await checkContents(directory)
  }

  /** Removes what is older than `keepDays`: never the newest three, and never the last that was restored on trial. */
  async function prune(): Promise<string[]> {
    const all = await list()
    const lastGood = all.find(({ verifiedAt }) => verifiedAt !== null)
    const oldest = now().getTime() - deps.keepDays * DAY_MS
    const old = all
      .slice(KEPT_AT_LEAST)
      .filter((one) => one.createdAt.getTime() < oldest && one.name !== lastGood?.name)
    for (const { name } of old) {
      await target.delete(name)
      await target.delete(`${name}${VERIFIED}`)
    }
    return old.map(({ name }) => name)
  }

  async function tellMetrics(): Promise<void> {
    if (deps.metricsFile) await writeMetrics(deps.metricsFile, await list())
  }

  return { create, list, verify, open, prune }
}

/** The backups that are kept in `target`, the newest first. */
export async function listBackups(target: Storage): Promise<KeptBackup[]> {
  const keys: string[] = []
  for await (const { key: one } of target.list()) keys.push(one)
  const names = keys
    .filter((one) => one.endsWith(SUFFIX))
    .sort()
    .reverse()
  return await Promise.all(
    names.map(async (name) => ({
      name,
      createdAt: momentOf(name),
      sizeBytes: (await target.stat(name)).sizeBytes,
      verifiedAt: keys.includes(`${name}${VERIFIED}`) ? await readText(target, `${name}${VERIFIED}`) : null,
    })),
  )
}

/** Runs `work` in a folder of its own, which is gone afterwards: it holds everything in the clear. */
export async function inScratch<T>(
  { scratchDirectory }: Pick<BackupDeps, 'scratchDirectory'>,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(scratchDirectory, '.backup-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** `lms-2026-11-24t14-05-30-123z.tar.gz.age`: sorts by time, and is a key of every storage. */
const nameOf = (moment: Date): string => `lms-${moment.toISOString().toLowerCase().replaceAll(/[:.]/g, '-')}${SUFFIX}`

function momentOf(name: string): Date {
  const [, day, hours, minutes, seconds, milliseconds] =
    /^lms-(\d{4}-\d\d-\d\d)t(\d\d)-(\d\d)-(\d\d)-(\d{3})z/.exec(name) ?? []
  return new Date(`${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`)
}

async function readText(storage: Storage, key: string): Promise<string> {
  const { stream } = await storage.get(key)
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
