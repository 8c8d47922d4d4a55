import { findOrInstall } from './debian-package.ts'

/** Path of `redis-server`. Installs it when that needs no question: as root on Debian. */
export function findRedisServer(): Promise<string> {
  return findOrInstall({
    command: 'redis-server',
    debianPackage: 'redis-server',
    otherWays: [
      'brew install redis              on macOS',
      'dnf install redis, apk add redis, or https://redis.io/docs/latest/operate/oss_and_stack/install/',
    ],
  })
}
