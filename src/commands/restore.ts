import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inScratch } from '../backup/backups.ts'
import { parts } from '../backup/contents.ts'
import { rehearse } from '../backup/rehearsal.ts'
import { checkTarget, RestoreRefused, restore, writeKeptSecret, writeSecrets } from '../backup/restoring.ts'
import { reasonOf, StartError } from '../start-error.ts'
import { chooseBackup, openBackups } from './open-backups.ts'

export const restoreHelp = `Usage: node src/main.ts restore NAME|latest [--dry-run] [--replace] [--secrets-to DIR]

Puts a backup where DATABASE_URL and the storage settings point. The database comes whole, in one step, or stays as it was.

  --dry-run          restores it on trial and says what would be done; changes nothing
  --replace          takes the place of a database that is not empty; its present state is kept first
  --secrets-to DIR   writes the secrets and extra folders of the backup there

Stop the API and the workers first. See the backups with: node src/main.ts backup list
`

/** `restore`; returns the exit code. */
export async function restoreBackup(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      replace: { type: 'boolean' },
      'secrets-to': { type: 'string' },
    },
  })
  const [wanted, ...rest] = positionals
  if (!wanted || rest.length > 0) {
    process.stderr.write(restoreHelp)
    return 2
  }
  const { backups, config, deps, source } = await openBackups()
  const name = await chooseBackup(backups, wanted)
  const replaces = values.replace ?? false
  const ownsSecret = !process.env.SECRET_KEY && !process.env.SECRET_KEY_FILE
  try {
    return await inScratch(deps, async (directory) => {
      const manifest = await backups.open(name, directory)
      if (values['dry-run']) {
        const { isEmpty } = await checkTarget(source, manifest, { replaces })
        await rehearse(source, directory, manifest)
        process.stdout.write(
          `${name} of ${manifest.createdAt} is good and would be restored${isEmpty ? '' : ' in the place of the present database'}. Nothing was changed.\n`,
        )
        return 0
      }
      const keepPresent = async () => `the backup ${(await backups.create()).name}`
      const { formerState } = await restore(source, directory, manifest, { replaces, keepPresent })
      if (formerState) process.stdout.write(`The former state was kept: ${formerState}\n`)
      const secretKey = await readFile(parts.secretKey(directory), 'utf8')
      if (ownsSecret) await writeKeptSecret(config.DATA_DIR, secretKey)
      else if (secretKey !== config.SECRET_KEY) {
        process.stderr.write(
          'The backup was made with another SECRET_KEY: second factors and certificates need it. Get it with --secrets-to.\n',
        )
      }
      await giveToOwner(config.DATA_DIR)
      if (values['secrets-to']) await writeSecrets(directory, values['secrets-to'])
      process.stdout.write(`Restored ${name} of ${manifest.createdAt}.\n`)
      return 0
    })
  } catch (error) {
    const reason = error instanceof RestoreRefused ? error.message : `${name} was not restored: ${reasonOf(error)}`
    throw new StartError(reason, error)
  }
}

/** The service that makes backups runs as root: what it restores belongs to whom the data directory belongs to. */
async function giveToOwner(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(directory)
  for (const name of await readdir(directory, { recursive: true })) await lchown(join(directory, name), uid, gid)
}
