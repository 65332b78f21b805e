// A drawing for each product, as SVG, in the colour that was chosen.

const shade = (hex, by) => {
  const part = (at) => {
    const value = parseInt(hex.slice(at, at + 2), 16);
    return Math.round(by < 0 ? value * (1 + by) : value + (255 - value) * by).toString(16).padStart(2, "0");
  };
  return "#" + part(1) + part(3) + part(5);
};

const shadow = (y, rx) => `<ellipse cx="200" cy="${y}" rx="${rx}" ry="${rx / 9}" fill="#23211c" opacity=".13"/>`;

const DRAWINGS = {
  "ember-lamp": (c, dark, light) => `
    <circle cx="200" cy="190" r="150" fill="#f3d9a4" opacity=".55"/>${shadow(318, 96)}
    <path d="M188 200h24l10 104h-44z" fill="${dark}"/><ellipse cx="200" cy="308" rx="70" ry="14" fill="${dark}"/>
    <path d="M80 204c0-74 54-116 120-116s120 42 120 116z" fill="${c}"/><path d="M104 188c6-50 40-80 80-86-40 18-58 48-62 86z" fill="${light}" opacity=".55"/>
    <ellipse cx="200" cy="204" rx="120" ry="15" fill="#fff3d1"/>`,
  "heron-lamp": (c, dark, light) => `
    <path d="M262 132 168 300h150z" fill="#f3d9a4" opacity=".5"/>${shadow(334, 66)}
    <path d="M140 330c-6-150 0-252 62-258 38-4 58 20 62 48" fill="none" stroke="${dark}" stroke-width="8" stroke-linecap="round"/>
    <ellipse cx="142" cy="330" rx="54" ry="10" fill="${dark}"/><path d="M222 160c2-34 20-50 44-50s42 16 44 50z" fill="${c}"/>
    <path d="M234 150c4-18 12-26 24-30-8 10-12 18-12 30z" fill="${light}" opacity=".6"/><ellipse cx="266" cy="160" rx="44" ry="7" fill="#fff3d1"/>`,
  "pebble-light": (c, dark, light) => `
    <circle cx="200" cy="220" r="138" fill="#f3d9a4" opacity=".5"/>${shadow(292, 110)}
    <path d="M86 236c0-56 56-86 118-86s112 34 112 82-44 60-116 60S86 284 86 236z" fill="${c}"/>
    <path d="M116 222c6-32 44-50 84-52-34 12-54 28-62 58z" fill="${light}" opacity=".8"/><circle cx="264" cy="238" r="7" fill="${dark}"/>`,
  "ferry-lantern": (c, dark, light) => `
    <circle cx="200" cy="210" r="120" fill="#f3d9a4" opacity=".45"/>${shadow(334, 82)}
    <path d="M150 126c0-64 100-64 100 0" fill="none" stroke="${dark}" stroke-width="7"/><path d="M152 122h96l14 34H138z" fill="${c}"/>
    <rect x="148" y="156" width="104" height="126" rx="8" fill="#fff6df"/><path d="M200 188c26 34 20 64 0 64s-26-30 0-64z" fill="#e9a23b"/>
    <path d="M200 216c10 14 8 30 0 30s-10-14 0-30z" fill="#fff3d1"/><path d="M148 156v126M252 156v126" stroke="${dark}" stroke-width="7"/>
    <path d="M132 282h136l10 44H122z" fill="${c}"/><path d="M140 288h30l-4 32h-32z" fill="${light}" opacity=".5"/>`,
  "dune-mug": (c, dark, light) => `${shadow(314, 92)}
    <path d="M274 168c58-10 62 96-8 90" fill="none" stroke="${dark}" stroke-width="17"/><path d="M118 136h164l-12 152c-2 18-16 26-34 26h-72c-18 0-32-8-34-26z" fill="${c}"/>
    <path d="M121 172h158M124 204h152M127 236h146" stroke="${dark}" stroke-width="3" opacity=".35"/><path d="M134 150h22l8 142c-12-2-18-8-20-20z" fill="${light}" opacity=".55"/>
    <ellipse cx="200" cy="136" rx="82" ry="15" fill="${dark}"/><ellipse cx="200" cy="139" rx="70" ry="10" fill="#4a2f1f"/>
    <path d="M178 104c-14-20 14-26 2-48M216 108c-14-20 14-26 2-48" fill="none" stroke="#23211c" stroke-width="5" stroke-linecap="round" opacity=".18"/>`,
  "tarn-bowl": (c, dark, light) => `${shadow(302, 118)}
    <path d="M62 176h276c0 72-58 122-106 126h-64c-48-4-106-54-106-126z" fill="${c}"/><path d="M84 192c10 50 46 84 78 92-30-26-46-56-48-92z" fill="${light}" opacity=".5"/>
    <ellipse cx="200" cy="176" rx="138" ry="32" fill="${dark}"/><ellipse cx="200" cy="182" rx="112" ry="20" fill="${light}" opacity=".35"/>
    <circle cx="166" cy="160" r="26" fill="#d99b3a"/><circle cx="214" cy="152" r="30" fill="#c4552d"/><path d="M214 124c4-12 12-16 20-16" stroke="#4d5d3f" stroke-width="5" fill="none"/>`,
  "kelp-vase": (c, dark, light) => `${shadow(338, 70)}
    <path d="M206 140C196 84 232 66 224 22M214 92c26-8 40-22 44-44M208 118c-28-10-40-28-42-52" fill="none" stroke="#4d5d3f" stroke-width="5" stroke-linecap="round"/>
    <g fill="#7f8f5f"><ellipse cx="262" cy="42" rx="18" ry="9" transform="rotate(-42 262 42)"/><ellipse cx="162" cy="58" rx="18" ry="9" transform="rotate(52 162 58)"/><ellipse cx="224" cy="20" rx="18" ry="9" transform="rotate(-80 224 20)"/></g>
    <path d="M184 132h44c-4 48 46 82 44 142-2 40-28 64-68 64s-68-24-68-64c0-62 52-92 48-142z" fill="${c}"/>
    <path d="M156 276c0-44 32-74 40-110 2 42-22 76-22 116 0 16 4 28 10 38-18-8-28-22-28-44z" fill="${light}" opacity=".5"/><ellipse cx="206" cy="132" rx="22" ry="6" fill="${dark}"/>`,
  "drift-kettle": (c, dark, light) => `${shadow(316, 108)}
    <path d="M132 176c-14-92 150-92 136 0" fill="none" stroke="#a9713f" stroke-width="14"/><path d="M268 214c34 2 40-36 66-54l16 12c-26 26-22 72-70 92z" fill="${dark}"/>
    <path d="M112 316c-18-92 16-148 88-148s106 56 88 148z" fill="${c}"/><path d="M132 292c-4-54 14-86 46-102-18 30-26 62-24 106z" fill="${light}" opacity=".55"/>
    <ellipse cx="200" cy="172" rx="52" ry="11" fill="${dark}"/><circle cx="200" cy="156" r="12" fill="#a9713f"/>`,
  "fog-blanket": (c, dark, light) => `${shadow(316, 124)}
    <path d="M76 176c0-22 14-34 36-34h176c22 0 36 12 36 34v122c0 10-8 16-18 16H94c-10 0-18-6-18-16z" fill="${c}"/>
    <path d="M76 200c60 20 188 20 248 0v36c-60 20-188 20-248 0z" fill="${light}" opacity=".6"/><path d="M76 262c60 20 188 20 248 0" stroke="${dark}" stroke-width="4" fill="none" opacity=".5"/>
    <path d="M112 142c-24 0-36 16-36 34 60 20 188 20 248 0 0-18-12-34-36-34z" fill="${dark}" opacity=".35"/>
    <path d="M90 314v18M112 314v20M134 314v18M156 314v20M178 314v18M200 314v20M222 314v18M244 314v20M266 314v18M288 314v20M310 314v18" stroke="${dark}" stroke-width="5" stroke-linecap="round"/>`,
  "moss-cushion": (c, dark, light) => `${shadow(318, 116)}
    <path d="M92 108c70 18 146 18 216 0 14 70 14 132 0 202-70-18-146-18-216 0-14-70-14-132 0-202z" fill="${c}"/>
    <g fill="none" stroke="${light}" stroke-width="5" opacity=".5" stroke-linecap="round"><path d="M120 146q10-12 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0"/><path d="M118 182q10-12 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0"/><path d="M118 218q10-12 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0"/><path d="M118 254q10-12 20 0t20 0 20 0 20 0 20 0 20 0 20 0 20 0"/></g>
    <path d="M92 108c-10 4-12 10-8 18M308 108c10 4 12 10 8 18M92 310c-10-4-12-10-8-18M308 310c10-4 12-10 8-18" stroke="${dark}" stroke-width="6" fill="none" stroke-linecap="round"/>`,
  "rill-towel": (c, dark, light) => `
    <rect x="70" y="76" width="260" height="12" rx="6" fill="#a9713f"/><circle cx="70" cy="82" r="12" fill="#7d522c"/><circle cx="330" cy="82" r="12" fill="#7d522c"/>
    <path d="M112 74h176v246H112z" fill="${c}"/><path d="M128 74v246M144 74v246M160 74v246M176 74v246M192 74v246M208 74v246M224 74v246M240 74v246M256 74v246M272 74v246" stroke="${dark}" stroke-width="2.5" opacity=".35"/>
    <path d="M112 250h176v26H112z" fill="${dark}" opacity=".55"/><path d="M112 74h30v246h-30z" fill="${light}" opacity=".35"/>
    <path d="M116 320v14M132 320v14M148 320v14M164 320v14M180 320v14M196 320v14M212 320v14M228 320v14M244 320v14M260 320v14M276 320v14" stroke="${dark}" stroke-width="4"/>`,
  "slate-rug": (c, dark, light) => `
    <path d="M104 110h192l56 198H48z" fill="${c}"/><path d="M120 126h160l44 166H76z" fill="none" stroke="${light}" stroke-width="6"/>
    <path d="m200 148 58 58-58 66-58-66z" fill="${dark}"/><path d="m200 172 34 34-34 40-34-40z" fill="#d99b3a"/>
    <path d="M48 308l-6 20M86 308l-4 22M124 308l-2 22M162 308v22M200 308v22M238 308v22M276 308l2 22M314 308l4 22M352 308l6 20" stroke="${dark}" stroke-width="5" stroke-linecap="round"/>`,
};

/** The drawing of a product; its text for those who can't see it is the product's name. */
export function draw(product, colour = Object.keys(product.colours)[0]) {
  const main = product.colours[colour];
  const inner = DRAWINGS[product.id](main, shade(main, -0.3), shade(main, 0.45));
  return `<svg viewBox="0 0 400 360" role="img" aria-label="${product.name}, ${colour}">${inner}</svg>`;
}
