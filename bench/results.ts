import type { Machine } from './machine.ts'
import type { Sample } from './measure.ts'
import type { DatabaseName } from './stage.ts'

/** Everything one run has found out. */
export interface Results {
  readonly at: string
  readonly command: string
  readonly machine: Machine
  readonly generator: string
  readonly seconds: number
  readonly rounds: number
  /** By database; what was not asked for is missing. */
  readonly databases: readonly DatabaseResults[]
}

export interface DatabaseResults {
  readonly database: DatabaseName
  readonly versions: string
  readonly size: string
  readonly scenarios: readonly ScenarioResults[]
  readonly sweeps: readonly Sweep[]
  readonly loginFlood: LoginFlood | undefined
  readonly growth: readonly Growth[]
}

export interface ScenarioResults {
  readonly scenario: string
  readonly title: string
  readonly connections: number
  /** SQL statements of one request; begin and commit count. */
  readonly statements: number
  readonly bytes: number
  readonly product: Sample
  /** `node:http` with the same bytes. */
  readonly bare: Sample | undefined
  /** `node:http` with the same SQL through the bare driver. */
  readonly driver: Sample | undefined
  /** The driver without HTTP, requests per second. */
  readonly driverAlone: number | undefined
  /** Of the product, after the scenario. */
  readonly residentMegabytes: number | undefined
}

/** One scenario at many numbers of connections. */
export interface Sweep {
  readonly scenario: string
  readonly points: readonly { readonly connections: number; readonly sample: Sample }[]
}

/** `/health` asked all the time while many log in. */
export interface LoginFlood {
  readonly connections: number
  readonly health: Sample
  readonly loginsPerSecond: number
  /** Answered with 503 at once: too many wait already. */
  readonly refusalsPerSecond: number
}

/** The same scenarios with more data. */
export interface Growth {
  readonly size: string
  readonly loadSeconds: number
  readonly scenarios: readonly { readonly scenario: string; readonly base: Sample; readonly sample: Sample }[]
  readonly residentMegabytes: number | undefined
}
