import type { Check } from './check.ts'
import { backupChecks } from './checks/backup.ts'
import { configurationChecks } from './checks/configuration.ts'
import { databaseChecks } from './checks/database.ts'
import { machineChecks } from './checks/machine.ts'
import { productChecks } from './checks/product.ts'
import { redisChecks } from './checks/redis.ts'
import { secretChecks } from './checks/secrets.ts'
import { surroundingsChecks } from './checks/surroundings.ts'

/** Every check, in the order in which they are shown. */
export const allChecks: readonly Check[] = [
  ...configurationChecks,
  ...secretChecks,
  ...machineChecks,
  ...databaseChecks,
  ...redisChecks,
  ...productChecks,
  ...backupChecks,
  ...surroundingsChecks,
]
