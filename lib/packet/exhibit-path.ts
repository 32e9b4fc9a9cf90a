// What an exhibit is called and where it lies in the packet. Its name is the desk's; of the submitter's only the ending is kept, and only a known one, so
// that the file opens with a double click and nothing a sender chose runs.

/** The endings that are kept; the list is part of the packet's version 1. */
const ENDINGS = new Set(
  (
    'jpg jpeg jfif png gif webp avif heic heif bmp tif tiff ' +
    'mp4 m4v mov webm mkv avi 3gp mpg mpeg wmv flv ' +
    'mp3 m4a aac ogg oga opus wav flac amr ' +
    'txt csv json pdf eml vcf zip 7z rar tar gz'
  ).split(' '),
);

/** @param n its place, from 0 */
export function exhibitName(n: number): string {
  return `E${String(n + 1).padStart(4, '0')}`;
}

/** @param name the exhibit's, such as E0001 @param original what the submitter calls the file; text, never a path */
export function exhibitPath(name: string, original: string | undefined): string {
  const ending = /\.([A-Za-z0-9]{1,4})$/.exec(original ?? '')?.[1]?.toLowerCase() ?? '';
  return `data/media/${name}.${ENDINGS.has(ending) ? ending : 'bin'}`;
}
