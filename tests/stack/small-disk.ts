import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Fills it until so many megabytes are left; 0: not one byte. */
  fill(leftMb: number): Promise<void>
  empty(): Promise<void>
  remove(): Promise<void>
}

/** A real file system of its own, so small that it can be filled. Needs root, or sudo without a password. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'lms-small-disk-'))
  asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755,uid=${process.getuid?.()}`, 'lms-test', folder)
  const filler = join(folder, 'filler')
  return {
    folder,
    async fill(leftMb) {
      const { bavail, bsize } = await statfs(folder)
      const bytes = bavail * bsize - leftMb * 2 ** 20
      await writeFile(filler, Buffer.alloc(Math.max(0, bytes)), { flag: 'a' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error
      })
    },
    empty: () => rm(filler, { force: true }),
    async remove() {
      asRoot('umount', '--lazy', folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function asRoot(...command: string[]): void {
  const [program = '', ...args] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command]
  execFileSync(program, args, { stdio: 'inherit' })
}
