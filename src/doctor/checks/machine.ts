import { atMost, type Check, expect, fail, ok, skipped, warn } from '../check.ts'
import { size } from '../size.ts'

const MEBIBYTE = 1024 ** 2

/** The process's surroundings: runtime, memory, files. */
export const machineChecks: readonly Check[] = [
  {
    id: 'machine.node',
    meaning: 'Node is 24.15 or newer of the same major: older ones cannot run the source.',
    fix: 'Start by npm start, or install Node 24: npm ci && npm start',
    look({ nodeVersion }) {
      const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
      if (major > 24) return warn(`Node ${nodeVersion}: newer than what is tested (24)`)
      return expect(major === 24 && minor >= 15, `Node ${nodeVersion}`)
    },
  },
  {
    id: 'machine.memory-limit',
    meaning: 'A process may use at least 512 MB; with less it is killed under load.',
    fix: 'Raise API_MEMORY and WORKER_MEMORY in .env (1G at least) and deploy again, or take a larger machine.',
    async look({ machine }) {
      const { memoryLimitBytes, isContainerLimit } = await machine()
      const found = `${size(memoryLimitBytes)}, ${isContainerLimit ? 'the limit of the container' : 'all of the machine'}`
      if (memoryLimitBytes < 256 * MEBIBYTE) return fail(found)
      return expect(memoryLimitBytes >= 512 * MEBIBYTE, found, warn)
    },
  },
  {
    id: 'machine.memory-available',
    meaning: 'The machine has memory left: without any, the kernel kills processes.',
    fix: 'See who uses it: docker stats --no-stream; ps aux --sort=-rss | head. Then docs/runbooks/host-memory-low.md',
    async look({ machine }) {
      const { memoryAvailableBytes } = await machine()
      const found = `${size(memoryAvailableBytes)} available`
      if (memoryAvailableBytes < 128 * MEBIBYTE) return fail(found)
      return expect(memoryAvailableBytes >= 512 * MEBIBYTE, found, warn)
    },
  },
  {
    id: 'machine.open-files',
    meaning: 'A process may open at least 4096 files and sockets; each held connection takes one.',
    fix: 'ulimit -n 65536 before the start, LimitNOFILE=65536 in a systemd unit, or ulimits in the compose file.',
    async look({ machine }) {
      const { openFilesLimit } = await machine()
      if (openFilesLimit === null) return skipped('this system does not tell the limit')
      if (openFilesLimit < 1024) return fail(`${openFilesLimit} open files`)
      return expect(openFilesLimit >= 4096, `${openFilesLimit} open files`, warn)
    },
  },
  {
    id: 'data-directory.writable',
    meaning: 'DATA_DIR exists and this account may write to it: secrets, files and mails are kept there.',
    fix: 'mkdir -p "$DATA_DIR" && sudo chown -R "$(id -u)" "$DATA_DIR"; in containers the owner is uid 1000.',
    async look({ config, fileSystem }) {
      const facts = await fileSystem(config.DATA_DIR).catch(() => null)
      if (!facts) return fail(`${config.DATA_DIR} does not exist, or cannot be seen by this account`)
      const { isWritable } = facts
      return expect(isWritable, `${config.DATA_DIR} is ${isWritable ? '' : 'not '}writable`)
    },
  },
  {
    id: 'data-directory.permissions',
    meaning: 'Nobody but its owner writes to DATA_DIR, and strangers do not read it.',
    fix: 'chmod 700 "$DATA_DIR"',
    needs: 'data-directory.writable',
    async look({ config, fileSystem }) {
      const { mode } = await fileSystem(config.DATA_DIR)
      const found = `mode ${mode.toString(8).padStart(4, '0')}`
      if ((mode & 0o022) !== 0) return fail(found)
      return expect((mode & 0o005) === 0, found, warn)
    },
  },
  {
    id: 'data-directory.free-space',
    meaning: 'The disk of DATA_DIR has room: a full disk stops the database and every upload.',
    fix: 'du -xh "$DATA_DIR" | sort -h | tail; docker image prune -a; then docs/runbooks/disk-full.md',
    needs: 'data-directory.writable',
    async look({ config, fileSystem }) {
      const { freeBytes, totalBytes } = await fileSystem(config.DATA_DIR)
      const used = Math.round(100 * (1 - freeBytes / totalBytes))
      const found = `${size(freeBytes)} free, ${used} % used`
      if (freeBytes < 256 * MEBIBYTE) return fail(found)
      return freeBytes > 20 * 1024 * MEBIBYTE ? ok(found) : atMost(used, 85, 97, found)
    },
  },
  {
    id: 'data-directory.inodes',
    meaning: 'The disk of DATA_DIR has inodes left: without any, no file can be made although there is room.',
    fix: 'sudo du --inodes -x / | sort -n | tail; then docs/runbooks/disk-inodes-low.md',
    needs: 'data-directory.writable',
    async look({ config, fileSystem }) {
      const { freeInodes, totalInodes } = await fileSystem(config.DATA_DIR)
      if (totalInodes === 0) return skipped('this file system does not count inodes')
      const used = Math.round(100 * (1 - freeInodes / totalInodes))
      return atMost(used, 85, 97, `${used} % used`)
    },
  },
]
