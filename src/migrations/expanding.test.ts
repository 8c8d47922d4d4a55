import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractingStatements } from '#platform/database/contracting.ts'
import { statementsOf } from '#platform/database/migrate.ts'
import { migrations } from './index.ts'

test('every migration leaves the release before working, or says that it is for a later release', () => {
  const found = (['sqlite', 'postgres'] as const).flatMap((dialect) =>
    migrations
      .filter(({ contracts }) => contracts === undefined)
      .flatMap((one) =>
        contractingStatements(statementsOf(one, dialect)).map(
          ({ statement, why }) => `${one.name}: “${statement}”: ${why}`,
        ),
      ),
  )
  assert.deepEqual(
    found,
    [],
    'A deploy migrates while the release before serves, and --rollback goes back to it. Only expand; what removes or ' +
      'narrows something goes into a later release, in a migration whose `contracts` says why nobody needs it any more.',
  )
})
