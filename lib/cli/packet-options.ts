// Options by which packets are made in another form, of an order and of an agency.
import { Option } from 'commander';
import { ENCRYPTIONS, LANGUAGES, PROFILES, REGIMES } from '../../schemas/index.ts';

export function profileOption(): Option {
  return new Option('--profile <name>', 'what its packets hold, and how their PDF is laid out').choices(PROFILES);
}

export function regimeOption(): Option {
  return new Option('--regime <name>', 'for this regime, which was named for the referral').choices(REGIMES);
}

export function languageOption(): Option {
  return new Option('--language <tag>', "of the PDF's own words").choices(LANGUAGES);
}

export function encryptionOption(): Option {
  return new Option('--encryption <method>', "to which of the agency's keys; the first it has without it").choices(
    ENCRYPTIONS,
  );
}
