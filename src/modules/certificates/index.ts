export { createCertificateHandlers } from './handlers.ts'
export { certificateJobs, gradedRecurs, issueCertificate } from './jobs.ts'
export {
  certificateRenderFailuresTotal,
  certificateRenderSeconds,
  certificatesIssuedTotal,
  certificatesRevokedTotal,
  certificateVerificationsTotal,
} from './metrics.ts'
export { certificateRoutes } from './routes.ts'
export { type Certificates, createCertificates } from './service.ts'
export type { CertificatesDatabase } from './tables.ts'
