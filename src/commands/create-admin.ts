import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { NewPassword } from '#modules/accounts/index.ts'
import { Email, FullName } from '#modules/users/index.ts'
import { Problem } from '#platform/problem/problem.ts'
import { openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { createApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { prepareDatabase } from '../prepare-database.ts'
import { StartError } from '../start-error.ts'
import { ask, firstLineOfInput } from './terminal.ts'

export const createAdminHelp = `Usage: node src/main.ts create-admin [--email ADDRESS] [--name NAME] [--generate-password]

Makes an administrator, the first or another one, in the database that the settings name; it works beside running
processes. What is not given is asked for on a terminal. The password is typed there unseen, or is the first line of
the standard input; it has at least 10 characters.

  --generate-password   makes a password and prints it, once

Exit code 0: made; 1: not made, for instance because the address has an account already; 2: wrong usage.
`

/** Makes an administrator from options, questions and standard input. */
export async function createAdmin(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { email: { type: 'string' }, name: { type: 'string' }, 'generate-password': { type: 'boolean' } },
  })
  const isGenerated = values['generate-password'] ?? false
  const email = values.email ?? (await askFor('Mail address: ', '--email'))
  const fullName = values.name ?? (await askFor('Name: ', '--name'))
  const password = isGenerated ? randomBytes(15).toString('base64url') : await readPassword()
  const mistakes = [
    ...mistakeIn(Email, email, 'The mail address is not valid.'),
    ...mistakeIn(FullName, fullName, 'The name must have 1 to 200 characters.'),
    ...mistakeIn(NewPassword, password, 'The password must have 10 to 200 characters.'),
  ]
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join('\n')}\n`)
    return 2
  }
  const made = await makeAdministrator({ email, fullName, password })
  process.stdout.write(`${made} is an administrator.${isGenerated ? `\nPassword: ${password}` : ''}\n`)
  return 0
}

async function makeAdministrator(person: { email: string; fullName: string; password: string }): Promise<string> {
  const config = withEmbeddedDefaults(loadConfig(process.env))
  const adapters = await openAdapters(config)
  try {
    await prepareDatabase(config, adapters.db, adapters.log)
    const { setup } = await createApp(config, adapters, { servesApi: false })
    return (await setup.createAdministrator(person)).email
  } catch (error) {
    throw error instanceof Problem ? new StartError(error.message, error) : error
  } finally {
    await adapters.close()
  }
}

async function askFor(question: string, option: string): Promise<string> {
  if (!process.stdin.isTTY) throw new StartError(`${option} is missing, and there is no terminal to ask on.`)
  return (await ask(question)).trim()
}

async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLineOfInput()
  const password = await ask('Password: ', { hidden: true })
  // oxlint-disable-next-line security/detect-possible-timing-attacks -- both come from the same keyboard
  if (password !== (await ask('Again: ', { hidden: true }))) throw new StartError('The two passwords differ.')
  return password
}

function mistakeIn(schema: TSchema, value: string, mistake: string): string[] {
  return Value.Check(schema, value) ? [] : [mistake]
}
