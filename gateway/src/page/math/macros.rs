//! The macros that authors of abstracts use and the typesetting crate doesn't know, by their counts in 190,000 formulas of real abstracts.
//!
//! Only those that mean the same to everybody. What authors define for themselves (`\G`, `\evMV`, `\bas`) can't be guessed, and a formula that is
//! shown as it stands is better than a wrong one.

/// What is done with a macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    /// Is this LaTeX, which the crate knows.
    Means(&'static str),
    /// Its argument between these two.
    Around(&'static str, &'static str),
    /// Its option and its first argument are left out, with this in their place.
    Without(&'static str),
    /// Left out with its option; the argument stays.
    Nothing,
    /// Between all that stands before it and all that stands behind it in its group: this command.
    Infix(&'static str),
    /// Takes a delimiter, of which `<` and `>` are angles.
    Fence,
    /// A character by its number.
    Unicode,
    /// Would define a macro: whoever writes a title has no need of it, and a definition can be made to grow without end.
    Definition,
}

/// What is done with `\name`; `None`: nothing.
pub(super) fn meaning(name: &str) -> Option<Macro> {
    use Macro::{Around, Definition, Fence, Infix, Nothing, Unicode, Without};
    if let Some(latex) = unit(name).or_else(|| symbol(name)).or_else(|| set_or_operator(name)).or_else(|| look(name)) {
        return Some(Macro::Means(latex));
    }
    Some(match name {
        "over" => Infix("\\frac"),
        "choose" => Infix("\\binom"),
        "atop" => Infix("\\genfrac{}{}{0pt}{}"),
        "left" | "right" | "middle" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl" | "biggr" => Fence,
        "ket" => Around("|", "\\rangle "),
        "bra" => Around("\\langle ", "|"),
        "braket" | "vev" | "expval" => Around("\\langle ", "\\rangle "),
        "abs" => Around("\\left|", "\\right|"),
        "norm" => Around("\\left\\|", "\\right\\|"),
        "slashed" => Around("\\not ", ""),
        "unit" | "si" => Around("\\,\\mathrm{", "}"),
        "ang" => Around("", "^\\circ "),
        "textsubscript" => Around("_{\\text{", "}}"),
        "textsuperscript" => Around("^{\\text{", "}}"),
        "href" => Without("\\text"),
        "phantom" | "hphantom" | "vphantom" | "label" | "cite" | "vspace" | "hspace" | "tag" => Without(""),
        "smash" | "ensuremath" | "protect" | "nonumber" | "boldmath" | "xspace" | "notag" | "rlap" | "llap" | "mathstrut" => Nothing,
        "unicode" => Unicode,
        "def"
        | "gdef"
        | "edef"
        | "xdef"
        | "let"
        | "futurelet"
        | "newcommand"
        | "renewcommand"
        | "providecommand"
        | "DeclareMathOperator" => Definition,
        _ => return None,
    })
}

fn unit(name: &str) -> Option<&'static str> {
    Some(match name {
        "eV" => "\\mathrm{eV}",
        "meV" => "\\mathrm{meV}",
        "keV" | "kev" => "\\mathrm{keV}",
        "MeV" | "mev" => "\\mathrm{MeV}",
        "GeV" | "gev" => "\\mathrm{GeV}",
        "TeV" | "tev" => "\\mathrm{TeV}",
        "electronvolt" => "\\mathrm{eV}",
        "fb" | "invfb" => "\\mathrm{fb}^{-1}",
        "pc" => "\\mathrm{pc}",
        "kpc" => "\\mathrm{kpc}",
        "Mpc" => "\\mathrm{Mpc}",
        "Gpc" => "\\mathrm{Gpc}",
        "Gyr" => "\\mathrm{Gyr}",
        "Myr" => "\\mathrm{Myr}",
        "kms" => "\\mathrm{km\\,s^{-1}}",
        "degr" | "arcdeg" | "degree" | "textdegree" | "fdg" => "^\\circ",
        "arcmin" | "farcm" => "'",
        "arcsec" | "farcs" => "''",
        "Msun" | "msun" | "MSUN" | "Msol" | "msol" | "Msolar" => "M_\\odot",
        "Lsun" | "lsun" => "L_\\odot",
        "Rsun" | "rsun" => "R_\\odot",
        "Zsun" | "zsun" => "Z_\\odot",
        "Mearth" => "M_\\oplus",
        "mjup" | "Mjup" => "M_\\mathrm{Jup}",
        "AA" | "angstrom" => "\\text{Å}",
        "micron" => "\\mu\\mathrm{m}",
        _ => return None,
    })
}

fn symbol(name: &str) -> Option<&'static str> {
    Some(match name {
        "lsim" | "la" | "simlt" | "ltsim" | "ltaprx" | "siml" | "aplt" | "apprle" | "ltorder" | "lta" => "\\lesssim",
        "gsim" | "ga" | "simgt" | "gtsim" | "simg" | "apgt" | "apprge" | "gtorder" | "gta" => "\\gtrsim",
        "lapprox" | "approxlt" | "alt" => "\\lesssim",
        "gapprox" | "approxgt" | "agt" => "\\gtrsim",
        "eps" => "\\epsilon",
        "half" => "\\frac{1}{2}",
        "lambdabar" => "\\bar\\lambda",
        "textless" => "<",
        "textgreater" => ">",
        "slash" => "/",
        "hdots" => "\\ldots",
        "Mpl" | "mpl" => "M_\\mathrm{Pl}",
        "fnl" => "f_\\mathrm{NL}",
        "gnl" => "g_\\mathrm{NL}",
        "Jpsi" | "jpsi" => "J/\\psi",
        "ttbar" => "t\\bar t",
        "bbbar" => "b\\bar b",
        "ccbar" => "c\\bar c",
        "qqbar" => "q\\bar q",
        "ppbar" => "p\\bar p",
        "epem" => "e^+e^-",
        "dddot" => "\\overset{\\ldots}",
        "uprho" => "\\rho",
        "upmu" | "micro" => "\\mu",
        "space" => "\\ ",
        _ => return None,
    })
}

fn set_or_operator(name: &str) -> Option<&'static str> {
    Some(match name {
        "R" | "RR" | "bbR" | "reals" | "Reals" => "\\mathbb{R}",
        "C" | "CC" | "Complex" => "\\mathbb{C}",
        "Z" | "ZZ" | "bbZ" | "bZ" => "\\mathbb{Z}",
        "N" | "NN" | "nat" => "\\mathbb{N}",
        "Q" | "QQ" => "\\mathbb{Q}",
        "Tr" => "\\operatorname{Tr}",
        "tr" => "\\operatorname{tr}",
        "Vol" => "\\operatorname{Vol}",
        "Aut" => "\\operatorname{Aut}",
        "Diff" => "\\operatorname{Diff}",
        "diag" | "Diag" => "\\operatorname{diag}",
        "sign" | "sgn" => "\\operatorname{sgn}",
        "sech" => "\\operatorname{sech}",
        "polylog" => "\\operatorname{polylog}",
        "poly" => "\\operatorname{poly}",
        "perm" => "\\operatorname{perm}",
        "ord" => "\\operatorname{ord}",
        "rank" => "\\operatorname{rank}",
        "Rey" => "\\mathrm{Re}",
        "GL" => "\\mathrm{GL}",
        "SL" => "\\mathrm{SL}",
        "PSL" => "\\mathrm{PSL}",
        "SU" => "\\mathrm{SU}",
        "SO" => "\\mathrm{SO}",
        "OSp" => "\\mathrm{OSp}",
        "Cl" => "\\mathrm{Cl}",
        "CNOT" => "\\mathrm{CNOT}",
        "calC" => "\\mathcal{C}",
        "calH" => "\\mathcal{H}",
        "calI" => "\\mathcal{I}",
        "calT" | "Tcal" => "\\mathcal{T}",
        "calW" => "\\mathcal{W}",
        "Acal" => "\\mathcal{A}",
        "Fcal" => "\\mathcal{F}",
        "Gcal" => "\\mathcal{G}",
        _ => return None,
    })
}

/// The look of what follows, under another name.
fn look(name: &str) -> Option<&'static str> {
    Some(match name {
        "mbox" | "hbox" | "textsc" | "textup" | "textnormal" | "textsl" | "emph" | "fbox" | "makebox" => "\\text",
        "bm" | "pmb" | "bold" | "bs" => "\\boldsymbol",
        "mathscr" | "Cal" | "mathpzc" | "scr" => "\\mathcal",
        "Bbb" | "bb" | "mathbbm" | "mathds" => "\\mathbb",
        "frak" => "\\mathfrak",
        "roman" | "ce" => "\\mathrm",
        "sfrac" | "nicefrac" => "\\frac",
        "Bar" => "\\bar",
        "Vec" => "\\vec",
        "Hat" => "\\hat",
        "Tilde" => "\\tilde",
        "tiny" | "scriptsize" | "small" | "large" | "Large" => "",
        _ => return None,
    })
}
