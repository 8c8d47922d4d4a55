import type { KeptBackup } from '../backup/backups.ts'
import type { Config } from '../config.ts'
import type { CertificateFacts } from './facts/certificate-facts.ts'
import type { DatabaseFacts } from './facts/database-facts.ts'
import type { FileSystemFacts } from './facts/file-system-facts.ts'
import type { MachineFacts } from './facts/machine-facts.ts'
import type { ProductFacts } from './facts/product-facts.ts'
import type { RedisFacts } from './facts/redis-facts.ts'

/**
 * Everything that checks look at. What costs something is a function that measures once and remembers; it rejects when
 * there is nothing to measure.
 */
export interface Patient {
  readonly config: Config
  /** The variables of the process, for what the configuration does not tell: misspelt names, files of secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
  readonly nodeVersion: string
  readonly database: () => Promise<DatabaseFacts>
  /** What the tables say; needs a migrated database. */
  readonly product: () => Promise<ProductFacts>
  readonly redis: () => Promise<RedisFacts>
  readonly machine: () => Promise<MachineFacts>
  readonly fileSystem: (path: string) => Promise<FileSystemFacts>
  /** Throws a `MailError` unless a session with the mail server can be had. */
  readonly checkMail: () => Promise<void>
  /** Throws unless files can be kept. */
  readonly checkStorage: () => Promise<void>
  /** The newest first. */
  readonly backups: () => Promise<readonly KeptBackup[]>
  /** The addresses of a host name. */
  readonly resolve: (host: string) => Promise<readonly string[]>
  readonly certificate: (host: string, port: number) => Promise<CertificateFacts>
  /** The status of the answer to a GET; redirects are not followed. */
  readonly httpStatus: (url: string) => Promise<number>
}
