import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { dialectOf } from '#platform/database/dialect.ts'
import type { Running } from '../serve.ts'

/** What a person sees when the API is up: where everything is, and how to make the first administrator. */
export function announceApi({ address, config, setupToken }: Running): string {
  const base = address.replace('127.0.0.1', 'localhost').replace('0.0.0.0', 'localhost')
  const places: [string, string][] = [
    ['API', `${base}/api/v1`],
    ...(config.ENABLE_API_DOCS ? ([['Reference', `${base}/docs`]] satisfies [string, string][]) : []),
    ...(config.METRICS_ENABLED ? ([['Metrics', `${base}/metrics`]] satisfies [string, string][]) : []),
    ['Data', `${resolve(config.DATA_DIR)} (${database(config.DATABASE_URL)}${mail(config.SMTP_HOST)})`],
  ]
  const lines = [
    '',
    strong(`${config.PRODUCT_NAME} is ready on ${base}`),
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(10)} ${place}`),
    ...(setupToken === null ? [] : firstAdministrator(base, setupToken)),
    '',
  ]
  return lines.join('\n')
}

function firstAdministrator(base: string, setupToken: string): string[] {
  return [
    '',
    '  There is no administrator yet. This setup token is shown only now and makes one, once:',
    '',
    `    ${strong(setupToken)}`,
    '',
    `    curl ${base}/api/v1/auth/setup -H 'content-type: application/json' \\`,
    `      -d '{"setupToken":"${setupToken}","email":"YOU@EXAMPLE.ORG","password":"AT LEAST 10 CHARACTERS","fullName":"YOUR NAME"}'`,
    '',
    '  Lost it? On this machine: node src/main.ts create-admin --help',
  ]
}

function database(url: string): string {
  return dialectOf(url) === 'sqlite' ? 'SQLite' : 'database: PostgreSQL'
}

function mail(smtpHost: string): string {
  return smtpHost === '' ? '; mails are written to mail/' : ''
}

function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}
