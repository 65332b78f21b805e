// What Wickmoor sells. Prices in euros.

export const CATEGORIES = {
  lamps: "Lamps",
  table: "Table",
  textiles: "Textiles",
};

export const PRODUCTS = [
  {
    id: "ember-lamp", name: "Ember lamp", category: "lamps", price: 129, stock: 14, rating: 4.8, reviews: 212, badge: "Favourite",
    line: "A low, warm light under a hand-turned dome.",
    text: "Ember is the lamp you leave on. Its dome is turned from a single sheet, and the light falls in a circle just wide enough for a book and a cup.",
    colours: { Terracotta: "#c4552d", Ochre: "#d99b3a", Moss: "#5f7050" },
    sizes: ["Small, 24 cm", "Large, 38 cm"],
  },
  {
    id: "heron-lamp", name: "Heron floor lamp", category: "lamps", price: 249, stock: 5, rating: 4.6, reviews: 88,
    line: "Stands on one leg, leans over your chair.",
    text: "A slender arc of steel with a shade that turns without a sound. Heron needs one square foot of floor and gives a whole corner of the room.",
    colours: { Dusk: "#2f4858", Chalk: "#d8cfbd", Terracotta: "#c4552d" },
    sizes: ["150 cm", "175 cm"],
  },
  {
    id: "pebble-light", name: "Pebble night light", category: "lamps", price: 39, stock: 40, rating: 4.9, reviews: 431,
    line: "Tap once for a glow, twice for dark.",
    text: "Smooth as something from a river, charged for nine nights. Made for bedsides, hallways and children who are not afraid at all.",
    colours: { Chalk: "#e3d9c6", Blush: "#e0a58c", Fog: "#a9b4b1" },
    sizes: ["One size"],
  },
  {
    id: "ferry-lantern", name: "Ferry lantern", category: "lamps", price: 89, stock: 0, rating: 4.5, reviews: 64,
    line: "For balconies, jetties and power cuts.",
    text: "A storm lantern with a wick, a glass and a handle that stays cool. Nothing to update, nothing to pair.",
    colours: { Moss: "#5f7050", Dusk: "#2f4858" },
    sizes: ["One size"],
  },
  {
    id: "dune-mug", name: "Dune mug", category: "table", price: 24, stock: 120, rating: 4.7, reviews: 640, badge: "New glaze",
    line: "Fits two hands and three deciliters.",
    text: "Thrown in stoneware with a rim that is thinner than it looks. The glaze breaks over the ridges, so no two are alike.",
    colours: { Sand: "#d6b98c", Terracotta: "#c4552d", Dusk: "#2f4858" },
    sizes: ["3 dl", "4.5 dl"],
  },
  {
    id: "tarn-bowl", name: "Tarn bowl", category: "table", price: 46, stock: 31, rating: 4.8, reviews: 154,
    line: "Deep water glaze, shallow bowl.",
    text: "A serving bowl the colour of a lake without a path to it. Oven, dishwasher, second helpings.",
    colours: { Tarn: "#3c6470", Moss: "#5f7050", Chalk: "#e3d9c6" },
    sizes: ["18 cm", "26 cm"],
  },
  {
    id: "kelp-vase", name: "Kelp vase", category: "table", price: 58, stock: 9, rating: 4.4, reviews: 47,
    line: "Holds one branch better than ten tulips.",
    text: "A tall, slightly leaning vase with a narrow throat. It makes whatever you found on the way home look chosen.",
    colours: { Kelp: "#4d5d3f", Blush: "#e0a58c", Ochre: "#d99b3a" },
    sizes: ["22 cm", "34 cm"],
  },
  {
    id: "drift-kettle", name: "Drift kettle", category: "table", price: 94, stock: 22, rating: 4.6, reviews: 203,
    line: "Sings low. Pours where you point it.",
    text: "Enamelled steel, a beech handle and a spout drawn like a bird's neck. One litre, which is four cups or one bad day.",
    colours: { Ochre: "#d99b3a", Dusk: "#2f4858", Chalk: "#e3d9c6" },
    sizes: ["1 litre"],
  },
  {
    id: "fog-blanket", name: "Fog blanket", category: "textiles", price: 149, stock: 17, rating: 4.9, reviews: 318, badge: "Favourite",
    line: "The weight of a cat that stays.",
    text: "Brushed lambswool, woven loosely enough to hold warm air and tightly enough to be fought over.",
    colours: { Fog: "#a9b4b1", Blush: "#e0a58c", Moss: "#5f7050" },
    sizes: ["130 × 180 cm", "160 × 220 cm"],
  },
  {
    id: "moss-cushion", name: "Moss cushion", category: "textiles", price: 44, stock: 63, rating: 4.5, reviews: 119,
    line: "Bouclé that wants to be leaned on.",
    text: "A square of looped wool with a filling that comes back to its shape by morning.",
    colours: { Moss: "#5f7050", Ochre: "#d99b3a", Dusk: "#2f4858" },
    sizes: ["45 × 45 cm", "60 × 60 cm"],
  },
  {
    id: "rill-towel", name: "Rill towel", category: "textiles", price: 29, stock: 85, rating: 4.3, reviews: 276,
    line: "Ribbed linen that dries before you do.",
    text: "Washed linen and cotton in a rib that gets softer each year. Dries on a chair back in an afternoon.",
    colours: { Chalk: "#e3d9c6", Terracotta: "#c4552d", Tarn: "#3c6470" },
    sizes: ["50 × 90 cm", "90 × 160 cm"],
  },
  {
    id: "slate-rug", name: "Slate rug", category: "textiles", price: 319, stock: 3, rating: 4.7, reviews: 52,
    line: "Flat-woven, the colour of wet roofs.",
    text: "Woven on a slow loom from undyed wool. It lies flat from the first day and hides what a Tuesday brings in.",
    colours: { Slate: "#56616b", Chalk: "#d8cfbd", Terracotta: "#c4552d" },
    sizes: ["140 × 200 cm", "200 × 300 cm"],
  },
];

export const product = (id) => PRODUCTS.find((each) => each.id === id);

export const euros = (amount) => "€ " + amount.toFixed(2);
