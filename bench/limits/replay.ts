import { argon2, randomBytes } from 'node:crypto'
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { v7 as uuidv7 } from 'uuid'
import { dialectOf } from '#platform/database/dialect.ts'
import { openPostgres } from '#platform/database/postgres.ts'
import { openSqlite } from '#platform/database/sqlite.ts'
import type { Bindings } from '../scenarios.ts'
import type { Parameter, Step } from './recording.ts'

/** Runs recorded statements through the bare driver: prepared once, no query builder, no metrics. */
export interface Replay {
  run(steps: readonly Step[], bindings: Bindings): Promise<void>
  close(): Promise<void>
}

export function openReplay(databaseUrl: string, poolSize: number): Replay {
  return dialectOf(databaseUrl) === 'sqlite'
    ? replayOnSqlite(databaseUrl.slice('sqlite:'.length))
    : replayOnPostgres(databaseUrl, poolSize)
}

function replayOnSqlite(path: string): Replay {
  const database = openSqlite(path)
  const prepared = new Map<string, { statement: StatementSync; returnsRows: boolean }>()

  function prepare(sql: string) {
    const statement = database.prepare(sql)
    const entry = { statement, returnsRows: statement.columns().length > 0 }
    prepared.set(sql, entry)
    return entry
  }

  return {
    async run(steps, bindings) {
      const valueFor = valuesFor(bindings)
      for (const step of steps) {
        if ('control' in step) {
          database.exec(step.control === 'begin' ? 'begin immediate' : 'commit')
          continue
        }
        const { statement, returnsRows } = prepared.get(step.sql) ?? prepare(step.sql)
        const values = step.parameters.map((one) => toSqlite(valueFor(one)))
        if (returnsRows) statement.all(...values)
        else statement.run(...values)
      }
    },
    close: async () => database.close(),
  }
}

function replayOnPostgres(url: string, poolSize: number): Replay {
  const pool = openPostgres({ url, poolSize, acquireTimeoutSeconds: 30, statementTimeoutSeconds: 60 }, () => {})
  const names = new Map<string, string>()

  function prepared(step: Exclude<Step, { control: unknown }>, valueFor: ValueOf) {
    let name = names.get(step.sql)
    if (name === undefined) {
      name = `s${names.size}`
      names.set(step.sql, name)
    }
    return { name, text: step.sql, values: step.parameters.map(valueFor) }
  }

  return {
    async run(steps, bindings) {
      const valueFor = valuesFor(bindings)
      if (!steps.some((step) => 'control' in step)) {
        for (const step of steps) if (!('control' in step)) await pool.query(prepared(step, valueFor))
        return
      }
      const client = await pool.connect()
      try {
        for (const step of steps) await client.query('control' in step ? step.control : prepared(step, valueFor))
      } finally {
        client.release()
      }
    },
    close: () => pool.end(),
  }
}

type Value = string | number | boolean | null
type ValueOf = (parameter: Parameter) => Value

/** Gives each parameter of one request its value. */
function valuesFor(bindings: Bindings): ValueOf {
  const made = new Map<string, string>()
  return (parameter) => {
    if (parameter === null || typeof parameter !== 'object') return parameter
    if ('bind' in parameter) return bindings[parameter.bind] ?? null
    const known = made.get(parameter.name)
    if (known !== undefined) return known
    const value = parameter.fresh === 'uuid' ? uuidv7() : randomBytes(32).toString('hex')
    made.set(parameter.name, value)
    return value
  }
}

function toSqlite(value: Value): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : value
}

const hash = promisify(argon2)

/** The work of checking one password. */
export async function hashPassword(memoryKib: number, passes: number): Promise<void> {
  const nonce = randomBytes(16)
  await hash('argon2id', { message: 'password', nonce, parallelism: 1, tagLength: 32, memory: memoryKib, passes })
}
