//! What LaTeX's macros mean in plain characters: the ones that authors of abstracts use, by their counts in 100,000 real records.

/// How a macro is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    /// Stands for these characters.
    Symbol(&'static str),
    /// A letter of the Greek alphabet: as a symbol, but `\Lambda CDM` loses its space.
    Greek(&'static str),
    /// The name of a function, set apart from its neighbours by spaces.
    Function(&'static str),
    /// Puts this combining mark on its argument.
    Accent(char),
    /// As [`Macro::Accent`], but a macro of one letter that means something else in many preambles: an accent only before `{x}` or outside
    /// mathematics.
    LetterAccent(char),
    /// Changes the look alone: its argument, if any, stands for itself.
    Look,
    /// Takes no room and has no meaning, together with its braced argument.
    Nothing,
    /// `\left` and its like: nothing, together with the invisible delimiter `.` that may follow.
    Delimiter,
    /// One argument over another.
    Fraction,
    /// A root, with its degree in brackets.
    Root,
    /// Superscript or subscript of text mode.
    Script(char),
    /// Two arguments with a space between them, as `\ion{C}{IV}`.
    Pair,
    /// Two arguments of which only the first is read.
    First,
    /// Two arguments of which only the second is read.
    Second,
    /// A character by its number.
    Unicode,
    /// An argument between these two.
    Between(&'static str, &'static str),
}

/// The meaning of `\name`; `None` for a macro that is not known and left as it stands.
pub(super) fn meaning(name: &str) -> Option<Macro> {
    use Macro::{
        Accent, Between, Delimiter, First, Fraction, Function, Greek, LetterAccent, Look, Nothing, Pair, Root, Script, Second, Symbol,
        Unicode,
    };
    if let Some(letter) = greek(name) {
        return Some(Greek(letter));
    }
    if let Some(symbol) = symbol(name) {
        return Some(Symbol(symbol));
    }
    Some(match name {
        "log" | "ln" | "exp" | "sin" | "cos" | "tan" | "cot" | "sinh" | "cosh" | "tanh" | "arcsin" | "arccos" | "arctan" | "max"
        | "min" | "sup" | "inf" | "lim" | "limsup" | "liminf" | "det" | "dim" | "arg" | "ker" | "deg" | "gcd" | "Tr" | "tr" | "Re"
        | "Im" => Function(function(name)),
        "'" | "acute" => Accent('\u{301}'),
        "`" | "grave" => Accent('\u{300}'),
        "^" | "hat" | "widehat" => Accent('\u{302}'),
        "\"" | "ddot" => Accent('\u{308}'),
        "~" | "tilde" | "widetilde" => Accent('\u{303}'),
        "=" | "bar" | "overline" => Accent('\u{304}'),
        "." | "dot" => Accent('\u{307}'),
        "vec" | "overrightarrow" => Accent('\u{20D7}'),
        "check" => Accent('\u{30C}'),
        "breve" => Accent('\u{306}'),
        "mathring" => Accent('\u{30A}'),
        "underline" => Accent('\u{332}'),
        "u" => LetterAccent('\u{306}'),
        "v" => LetterAccent('\u{30C}'),
        "H" => LetterAccent('\u{30B}'),
        "c" => LetterAccent('\u{327}'),
        "k" => LetterAccent('\u{328}'),
        "r" => LetterAccent('\u{30A}'),
        "d" => LetterAccent('\u{323}'),
        "b" => LetterAccent('\u{331}'),
        "rm" | "it" | "bf" | "em" | "tt" | "sc" | "sl" | "sf" | "cal" | "Cal" | "frak" | "Bbb" | "bb" | "mathrm" | "mathbf" | "mathit"
        | "mathsf" | "mathtt" | "mathcal" | "mathbb" | "mathfrak" | "mathscr" | "mathnormal" | "boldsymbol" | "bm" | "pmb" | "boldmath"
        | "text" | "textit" | "textbf" | "textrm" | "texttt" | "textsf" | "textsc" | "textsl" | "textnormal" | "textmd" | "textup"
        | "emph" | "itshape" | "bfseries" | "rmfamily" | "mbox" | "hbox" | "mathop" | "mathrel" | "mathbin" | "mathord"
        | "operatorname" | "ensuremath" | "displaystyle" | "textstyle" | "scriptstyle" | "limits" | "nolimits" | "protect" | "noindent"
        | "nonumber" | "small" | "large" | "ce" | "url" | "slashed" | "smash" | "substack" | "ac" | "acp" => Look,
        "hspace" | "vspace" | "label" | "phantom" | "hphantom" | "vphantom" | "begin" | "end" | "!" | "-" | "/" | "@" => Nothing,
        "left" | "right" | "middle" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "bigm" | "Bigl" | "Bigr" | "biggl" | "biggr"
        | "Biggl" | "Biggr" => Delimiter,
        "frac" | "tfrac" | "dfrac" | "nicefrac" | "sfrac" => Fraction,
        "sqrt" => Root,
        "textsuperscript" => Script('^'),
        "textsubscript" => Script('_'),
        "ion" => Pair,
        "texorpdfstring" => First,
        "href" | "textcolor" => Second,
        "unicode" => Unicode,
        "ket" => Between("|", "⟩"),
        "bra" => Between("⟨", "|"),
        _ => return None,
    })
}

fn function(name: &str) -> &'static str {
    const NAMES: [&str; 30] = [
        "log", "ln", "exp", "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "max", "min", "sup", "inf",
        "lim", "limsup", "liminf", "det", "dim", "arg", "ker", "deg", "gcd", "Tr", "tr", "Re", "Im",
    ];
    NAMES.into_iter().find(|known| *known == name).unwrap_or("")
}

fn greek(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "epsilon" | "varepsilon" | "eps" => "ε",
        "zeta" => "ζ",
        "eta" => "η",
        "theta" | "vartheta" => "θ",
        "iota" => "ι",
        "kappa" | "varkappa" => "κ",
        "lambda" => "λ",
        "mu" | "textmu" => "μ",
        "nu" => "ν",
        "xi" => "ξ",
        "omicron" => "ο",
        "pi" | "varpi" => "π",
        "rho" | "varrho" => "ρ",
        "sigma" | "varsigma" => "σ",
        "tau" => "τ",
        "upsilon" => "υ",
        "phi" | "varphi" => "φ",
        "chi" => "χ",
        "psi" => "ψ",
        "omega" => "ω",
        "Gamma" | "varGamma" => "Γ",
        "Delta" | "varDelta" => "Δ",
        "Theta" | "varTheta" => "Θ",
        "Lambda" | "varLambda" => "Λ",
        "Xi" | "varXi" => "Ξ",
        "Pi" | "varPi" => "Π",
        "Sigma" | "varSigma" => "Σ",
        "Upsilon" | "varUpsilon" => "Υ",
        "Phi" | "varPhi" => "Φ",
        "Psi" | "varPsi" => "Ψ",
        "Omega" | "varOmega" => "Ω",
        _ => return None,
    })
}

fn symbol(name: &str) -> Option<&'static str> {
    Some(match name {
        "%" => "%",
        "&" => "&",
        "#" => "#",
        "_" => "_",
        "$" => "$",
        "{" | "lbrace" => "{",
        "}" | "rbrace" => "}",
        " " | "\n" | "\\" | ";" | ":" | ">" | "quad" | "qquad" | "space" | "newline" | "indent" => " ",
        "," | "thinspace" => "\u{2009}",
        "|" | "Vert" | "lVert" | "rVert" | "parallel" => "‖",
        "times" => "×",
        "pm" => "±",
        "mp" => "∓",
        "cdot" => "·",
        "ast" => "*",
        "star" => "⋆",
        "circ" => "∘",
        "bullet" => "•",
        "oplus" => "⊕",
        "otimes" | "bigotimes" => "⊗",
        "odot" | "sun" => "⊙",
        "sim" | "thicksim" => "∼",
        "simeq" => "≃",
        "approx" => "≈",
        "cong" => "≅",
        "equiv" => "≡",
        "propto" => "∝",
        "leq" | "le" | "leqslant" => "≤",
        "geq" | "ge" | "geqslant" => "≥",
        "lt" | "textless" => "<",
        "gt" | "textgreater" => ">",
        "ll" => "≪",
        "gg" => "≫",
        "lesssim" | "lsim" | "la" | "lessapprox" => "≲",
        "gtrsim" | "gsim" | "ga" | "gtrapprox" => "≳",
        "neq" | "ne" => "≠",
        "in" => "∈",
        "notin" => "∉",
        "subset" => "⊂",
        "subseteq" => "⊆",
        "supset" => "⊃",
        "cup" | "bigcup" => "∪",
        "cap" => "∩",
        "setminus" | "backslash" => "\\",
        "emptyset" | "varnothing" => "∅",
        "forall" => "∀",
        "exists" => "∃",
        "wedge" => "∧",
        "vee" => "∨",
        "perp" | "bot" => "⊥",
        "mid" | "vert" | "lvert" | "rvert" => "|",
        "to" | "rightarrow" | "longrightarrow" => "→",
        "leftarrow" | "gets" => "←",
        "leftrightarrow" => "↔",
        "Rightarrow" | "implies" => "⇒",
        "Leftrightarrow" | "iff" => "⇔",
        "mapsto" => "↦",
        "uparrow" => "↑",
        "downarrow" => "↓",
        "infty" => "∞",
        "partial" => "∂",
        "nabla" => "∇",
        "int" => "∫",
        "sum" => "∑",
        "prod" => "∏",
        "square" | "Box" => "□",
        "triangle" => "△",
        "prime" => "′",
        "hbar" => "ℏ",
        "ell" => "ℓ",
        "wp" => "℘",
        "dagger" | "dag" => "†",
        "langle" => "⟨",
        "rangle" => "⟩",
        "lceil" => "⌈",
        "rceil" => "⌉",
        "lfloor" => "⌊",
        "rfloor" => "⌋",
        "ldots" | "dots" | "cdots" | "textellipsis" => "…",
        "degree" | "textdegree" | "degr" | "arcdeg" => "°",
        "arcmin" => "′",
        "arcsec" | "farcs" => "″",
        "over" => "/",
        "colon" => ":",
        "rtimes" => "⋊",
        "ltimes" => "⋉",
        "AA" | "angstrom" => "Å",
        "aa" => "å",
        "AE" => "Æ",
        "ae" => "æ",
        "OE" => "Œ",
        "oe" => "œ",
        "O" => "Ø",
        "o" => "ø",
        "L" => "Ł",
        "l" => "ł",
        "ss" => "ß",
        "i" | "imath" => "i",
        "j" | "jmath" => "j",
        "S" => "§",
        "textendash" => "–",
        "textemdash" => "—",
        "lq" => "‘",
        "rq" => "’",
        "GeV" | "gev" => "GeV",
        "MeV" => "MeV",
        "TeV" => "TeV",
        "keV" | "kev" => "keV",
        "eV" => "eV",
        "invfb" => "fb^-1",
        "Lya" => "Lyα",
        "top" => "⊤",
        "kms" => "km/s",
        "kpc" => "kpc",
        "Mpc" => "Mpc",
        "Msun" | "msun" => "M⊙",
        "ie" => "i.e.",
        "eg" => "e.g.",
        "RR" => "R",
        _ => return None,
    })
}
