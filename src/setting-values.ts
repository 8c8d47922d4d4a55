import ipaddr from 'ipaddr.js'
import { parseSender } from '#platform/mail/compose.ts'
import { isTimeZone } from '#platform/time/time-zone.ts'
import type { Config } from './settings.ts'

const hostPattern = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i
// Names of whole groups of networks that the HTTP server knows.
const namedNetworks = ['loopback', 'linklocal', 'uniquelocal']

/** Values that have the right type and mean nothing: each would be noticed late, or never. One line a mistake. */
export function meaninglessValues(config: Config): string[] {
  return [
    ...wrong('TIME_ZONE', [config.TIME_ZONE], isTimeZone, 'is no IANA time zone; give one such as Europe/Berlin'),
    ...wrong(
      'TRUSTED_HOSTS',
      config.TRUSTED_HOSTS,
      (host) => host === '*' || isHost(host.replace(/^\*\./, '')),
      'is no host name; give the name alone, without https:// or a port, such as lms.example.org',
    ),
    ...wrong(
      'TRUSTED_PROXIES',
      config.TRUSTED_PROXIES,
      isNetwork,
      'is no address or network; give one such as 10.0.0.7 or 172.16.0.0/12',
    ),
    ...wrong(
      'CORS_ORIGINS',
      config.CORS_ORIGINS,
      (origin) => origin === '*' || isOrigin(origin),
      'is no origin; give scheme and host alone, as browsers send it, such as https://app.example.org',
    ),
    ...wrong('FRONTEND_BASE_URL', [config.FRONTEND_BASE_URL], URL.canParse, 'is no address (URL)'),
    ...wrong(
      'APP_DOMAIN',
      [config.APP_DOMAIN],
      (name) => name === '' || isHost(name),
      'is no host name; give the name alone, without https:// or a port, such as lms.example.org',
    ),
    ...wrong('MAIL_FROM', [config.MAIL_FROM], isSender, 'is no sender such as: My School <no-reply@example.org>'),
  ]
}

function wrong(name: keyof Config, values: readonly string[], isRight: (value: string) => boolean, rule: string) {
  return values.filter((value) => !isRight(value)).map((value) => `${name}: “${value}” ${rule}`)
}

function isHost(name: string): boolean {
  return hostPattern.test(name) || (/^\[.*\]$/.test(name) && ipaddr.IPv6.isValid(name.slice(1, -1)))
}

function isNetwork(text: string): boolean {
  const [address = '', ...prefix] = text.split('/')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
  if (prefix.length === 0) return isAddress || namedNetworks.includes(text)
  return isAddress && ipaddr.isValidCIDR(text)
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function isSender(text: string): boolean {
  try {
    parseSender(text)
    return true
  } catch {
    return false
  }
}
