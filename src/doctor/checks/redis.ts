import { placeOf } from '../../prepare-database.ts'
import { atMost, type Check, expect, type Finding, fail, ok, skipped, warn } from '../check.ts'
import type { RedisFacts } from '../facts/redis-facts.ts'
import { size } from '../size.ts'

const needs = 'redis.reachable'

/** Redis holds revoked tokens, rate limits and, with workers, the jobs that were handed over. */
export const redisChecks: readonly Check[] = [
  {
    id: needs,
    meaning: 'The Redis of REDIS_URL answers: without it logins are refused and workers get no jobs.',
    fix: 'docker compose -f docker-compose.prod.yml ps redis; redis-cli -u "$REDIS_URL" ping; then docs/runbooks/redis-down.md',
    async look({ config, redis }) {
      if (config.REDIS_URL === '') return skipped('REDIS_URL is empty: this process keeps them itself')
      const { isLoading } = await redis()
      return isLoading ? warn('it is still reading its files') : ok(placeOf(config.REDIS_URL))
    },
  },
  {
    id: 'redis.version',
    meaning: 'Redis is 6.2 or newer, which the queue needs; 8 is what the product is tested on.',
    fix: 'Take a newer image (redis:8) in the compose file; its files are read by newer versions.',
    needs,
    look: of(({ version }) => {
      const [major = 0, minor = 0] = version.split('.').map(Number)
      return expect(major > 6 || (major === 6 && minor >= 2), `Redis ${version}`)
    }),
  },
  {
    id: 'redis.eviction',
    meaning: 'maxmemory-policy is noeviction: under any other, Redis throws jobs and revoked tokens away.',
    fix: 'redis-cli -u "$REDIS_URL" config set maxmemory-policy noeviction; and the same in redis.conf',
    needs,
    look: of(({ evictionPolicy }) => expect(evictionPolicy === 'noeviction', evictionPolicy)),
  },
  {
    id: 'redis.persistence',
    meaning: 'Redis writes to disk: otherwise a restart forgets revoked tokens, which are then valid again.',
    fix: 'redis-cli -u "$REDIS_URL" config set appendonly yes; and the same in redis.conf, with a volume for its directory',
    needs,
    look: of(({ hasAppendOnlyFile, hasSnapshots }) => {
      if (hasAppendOnlyFile) return ok('append-only file')
      if (hasSnapshots === null) return skipped('no append-only file, and this server does not tell about snapshots')
      return warn(hasSnapshots ? 'snapshots only: minutes are lost' : 'neither append-only file nor snapshots')
    }),
  },
  {
    id: 'redis.disk-writes',
    meaning: 'The last write of Redis to its disk succeeded: otherwise it refuses writes.',
    fix: 'Is its disk full? docker compose -f docker-compose.prod.yml logs --tail 50 redis; then docs/runbooks/redis-not-persisted.md',
    needs,
    look: of(({ lastSnapshot, lastAppend }) =>
      expect(lastSnapshot !== 'err' && lastAppend !== 'err', `snapshot: ${lastSnapshot}, append: ${lastAppend}`),
    ),
  },
  {
    id: 'redis.memory',
    meaning: 'Redis has a limit of memory and room below it: at the limit it refuses writes.',
    fix: 'redis-cli -u "$REDIS_URL" config set maxmemory 512mb (and in redis.conf); then docs/runbooks/redis-memory-high.md',
    needs,
    look: of(({ usedBytes, maxBytes }) => {
      if (maxBytes === 0) return warn(`${size(usedBytes)} used, no limit: it may take all of the machine`)
      return atMost(usedBytes / maxBytes, 0.75, 0.9, `${size(usedBytes)} of ${size(maxBytes)}`)
    }),
  },
  {
    id: 'redis.clients',
    meaning: 'Redis has connections left.',
    fix: 'redis-cli -u "$REDIS_URL" client list; redis-cli -u "$REDIS_URL" config set maxclients 10000',
    needs,
    look: of(({ clients, maxClients }) => {
      if (maxClients === 0) return skipped('this server does not tell its limit')
      return atMost(clients / maxClients, 0.75, 0.9, `${clients} of ${maxClients}`)
    }),
  },
  {
    id: 'redis.role',
    meaning: 'REDIS_URL leads to the primary: a replica refuses writes.',
    fix: 'Put the address of the primary in REDIS_URL: redis-cli -u "$REDIS_URL" info replication | grep master_host',
    needs,
    look: of(({ role }) => expect(role === 'master', role === 'master' ? 'primary' : role, fail)),
  },
]

function of(judge: (facts: RedisFacts) => Finding): Check['look'] {
  return async ({ redis }) => judge(await redis())
}
