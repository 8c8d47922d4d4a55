import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { overloaded } from '#platform/http/problems.ts'

const hashArgon2 = promisify(argon2)

export interface PasswordCost {
  readonly memoryKib: number
  readonly passes: number
}

/** `isOutdated`: the password should be hashed again, since the cost has changed. */
export interface Verdict {
  readonly matches: boolean
  readonly isOutdated: boolean
}

export interface Hashing {
  hash(password: string): Promise<string>
  /** Takes as long for an account that does not exist (`stored` null) as for a wrong password. */
  verify(password: string, stored: string | null): Promise<Verdict>
}

export type Passwords = ReturnType<typeof createPasswords>

const SALT_BYTES = 16
const TAG_BYTES = 32
const RUNNING_MAX = 1
const WAITING_MAX = 40
const REFUSED_AFTER_MS = 1000
const HELD_MAX = 1000

/**
 * Argon2id in PHC string format (`$argon2id$v=19$m=…,t=…,p=1$salt$hash`). One hash runs at a time and a bounded number
 * waits: a flood of logins gets 503, a second later each, and leaves the rest of the API its processor.
 */
export function createPasswords(cost: PasswordCost) {
  const slot = createSlots(RUNNING_MAX, WAITING_MAX)

  /** Waits for its turn; what `work` awaits beside hashing keeps everybody else waiting. */
  function inTurn<T>(work: (hashing: Hashing) => Promise<T>): Promise<T> {
    return slot(() => work({ hash: (password) => hash(password, cost), verify: (...args) => verify(...args, cost) }))
  }

  return {
    inTurn,
    hashPassword: (password: string) => inTurn(({ hash }) => hash(password)),
    verifyPassword: (password: string, stored: string | null) => inTurn(({ verify }) => verify(password, stored)),
  }
}

async function hash(password: string, cost: PasswordCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(password, salt, cost, TAG_BYTES)
  return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=1$${toBase64(salt)}$${toBase64(tag)}`
}

async function verify(password: string, stored: string | null, cost: PasswordCost): Promise<Verdict> {
  const parsed = stored === null ? undefined : parse(stored)
  if (!parsed) {
    await derive(password, randomBytes(SALT_BYTES), cost, TAG_BYTES)
    return { matches: false, isOutdated: false }
  }
  const tag = await derive(password, parsed.salt, parsed.cost, parsed.tag.length)
  const isOutdated = parsed.cost.memoryKib !== cost.memoryKib || parsed.cost.passes !== cost.passes
  return { matches: timingSafeEqual(tag, parsed.tag), isOutdated }
}

function derive(
  password: string,
  salt: Buffer,
  { memoryKib, passes }: PasswordCost,
  tagLength: number,
): Promise<Buffer> {
  return hashArgon2('argon2id', {
    // One visible text has one hash, however the keyboard composed it.
    message: Buffer.from(password.normalize('NFKC')),
    nonce: salt,
    parallelism: 1,
    tagLength,
    memory: memoryKib,
    passes,
  })
}

function parse(stored: string): { cost: PasswordCost; salt: Buffer; tag: Buffer } | undefined {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([^$]+)\$([^$]+)$/.exec(stored)
  if (!match) return undefined
  const [, memoryKib, passes, salt = '', tag = ''] = match
  return {
    cost: { memoryKib: Number(memoryKib), passes: Number(passes) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

function createSlots(runningMax: number, waitingMax: number) {
  let running = 0
  const waiting: (() => void)[] = []
  let held = 0

  /** Clients that ask again at once would otherwise take the processor with refusals alone. */
  async function refuseSlowly(): Promise<never> {
    if (held < HELD_MAX) {
      held++
      await setTimeout(REFUSED_AFTER_MS)
      held--
    }
    throw overloaded()
  }

  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= runningMax) {
      if (waiting.length >= waitingMax) return refuseSlowly()
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running++
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
