import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { faultTool } from '../../support/fault-tools.mjs';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Of this name, signed by itself, in two files of this folder. */
export function makeCertificate(folder: string, name = 'localhost'): CertificateFiles {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const { status, stderr } = spawnSync(faultTool('openssl'), [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`,
    '-keyout', key, '-out', certificate,
  ], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no certificate: ${stderr}`);
  return { certificate, key };
}
