interface Form {
  readonly slug: string;
  /** Matches at `lastIndex` alone. */
  readonly pattern: RegExp;
}

/** Finds the brands that a text names, each as a whole word. One pass finds where a name may begin: a news body is long. */
export class BrandNames {
  private readonly forms: readonly Form[];
  private readonly anyForm: RegExp;

  constructor(brands: ReadonlyArray<{ readonly slug: string; readonly surfaceForms: readonly string[] }>) {
    this.forms = brands.flatMap(({ slug, surfaceForms }) =>
      surfaceForms.map((form) => ({ slug, pattern: wholeWord(form) })),
    );
    const literals = brands.flatMap(({ surfaceForms }) => surfaceForms.map(toLiteral));
    this.anyForm = new RegExp(literals.length > 0 ? literals.join('|') : '(?!)', 'giu');
  }

  /** Slugs of the brands. */
  namedIn(text: string): ReadonlySet<string> {
    const composed = text.normalize('NFC');
    const named = new Set<string>();
    this.anyForm.lastIndex = 0;
    for (let found = this.anyForm.exec(composed); found; found = this.anyForm.exec(composed)) {
      for (const slug of this.namedAt(composed, found.index)) named.add(slug);
      // Not behind the name: another one may begin within it.
      this.anyForm.lastIndex = found.index + ((composed.codePointAt(found.index) ?? 0) > 0xffff ? 2 : 1);
    }
    return named;
  }

  private namedAt(text: string, index: number): string[] {
    const here = this.forms.filter(({ pattern }) => {
      pattern.lastIndex = index;
      return pattern.test(text);
    });
    return here.map(({ slug }) => slug);
  }
}

// Short forms keep their case: "ford" is also a verb and "vw" also a unit; a longer name may be shouted or whispered.
function wholeWord(form: string): RegExp {
  const pattern = `(?<![\\p{L}\\p{M}\\p{N}_])${toLiteral(form)}(?![\\p{L}\\p{M}\\p{N}_])`;
  return new RegExp(pattern, form.length <= 4 ? 'uy' : 'iuy');
}

function toLiteral(form: string): string {
  return form.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
