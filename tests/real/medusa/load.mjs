// load.mjs URL STATE SHOP: fills a fresh shop over its own HTTP interfaces.
import fs from "node:fs"

const [url, state, shopFile] = process.argv.slice(2)
const shop = JSON.parse(fs.readFileSync(shopFile, "utf8"))
const kept = (name) => fs.readFileSync(`${state}/${name}`, "utf8").trim()
const ids = { places: {}, variants: {}, people: {}, orders: {}, returns: {}, exchanges: {}, claims: {} }

// ---- talking to it

let admin = "" // the Authorization of /admin
let storefront = "" // the publishable key of /store

async function call(method, path, body, headers = {}) {
  if (path.startsWith("/admin")) headers = { authorization: admin, ...headers }
  if (path.startsWith("/store")) headers = { "x-publishable-api-key": storefront, ...headers }
  if (body !== undefined) headers = { "content-type": "application/json", ...headers }
  const reply = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) })
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
const get = (path) => call("GET", path)
const post = (path, body = {}, headers) => call("POST", path, body, headers)

async function letIn() {
  const login = await post("/auth/user/emailpass", { email: "admin@shop.test", password: kept("admin.password") })
  admin = "Bearer " + login.token
  const { api_key } = await post("/admin/api-keys", { title: "integration", type: "secret" })
  fs.writeFileSync(`${state}/secret_key`, api_key.token + "\n", { mode: 0o600 })
}

// ---- the shop itself

const address = (p) => ({
  first_name: p.first, last_name: p.last, phone: p.phone,
  address_1: p.street, postal_code: p.zip, city: p.city, country_code: "de",
})

async function openShop() {
  const channels = {}
  for (const name of ["web", "store"]) channels[name] = (await post("/admin/sales-channels", { name })).sales_channel.id

  const [store] = (await get("/admin/stores")).stores
  await post(`/admin/stores/${store.id}`, {
    name: shop.store,
    default_sales_channel_id: channels.web,
    supported_currencies: [{ currency_code: "eur", is_default: true, is_tax_inclusive: true }],
  })
  const { region } = await post("/admin/regions", {
    name: "Germany", currency_code: "eur", countries: ["de"], is_tax_inclusive: true,
    payment_providers: ["pp_system_default"],
  })
  await post("/admin/tax-regions", {
    country_code: "de", provider_id: "tp_system", default_tax_rate: { rate: 19, name: "MwSt", code: "de19" },
  })
  const { api_key } = await post("/admin/api-keys", { title: "storefront", type: "publishable" })
  await post(`/admin/api-keys/${api_key.id}/sales-channels`, { add: Object.values(channels) })
  storefront = api_key.token

  for (const [code, place] of Object.entries(shop.places)) {
    const { stock_location: made } = await post("/admin/stock-locations", {
      name: place.name,
      address: { address_1: place.street, postal_code: place.zip, city: place.city, country_code: "de", phone: "+49 30 5550100" },
      metadata: { store_code: code },
    })
    await post(`/admin/stock-locations/${made.id}/sales-channels`, { add: [channels[place.channel]] })
    await post(`/admin/stock-locations/${made.id}/fulfillment-providers`, { add: ["manual_manual"] })
    ids.places[code] = made.id
  }
  return { channels, region: region.id }
}

async function openShipping() {
  const profile = (await get("/admin/shipping-profiles")).shipping_profiles[0]?.id ??
    (await post("/admin/shipping-profiles", { name: "Default", type: "default" })).shipping_profile.id

  async function zone(place, name, type) {
    const at = await post(`/admin/stock-locations/${ids.places[place]}/fulfillment-sets?fields=*fulfillment_sets`, { name, type })
    const set = at.stock_location.fulfillment_sets[0].id
    const made = await post(`/admin/fulfillment-sets/${set}/service-zones`, {
      name: `${name} DE`, geo_zones: [{ type: "country", country_code: "de" }],
    })
    return made.fulfillment_set.service_zones[0].id
  }
  async function way(name, code, service_zone_id, amount, isReturn = false) {
    const made = await post("/admin/shipping-options", {
      name, service_zone_id, shipping_profile_id: profile, provider_id: "manual_manual",
      type: { code, label: name, description: name },
      price_type: "flat", prices: [{ currency_code: "eur", amount }],
      rules: [
        { attribute: "is_return", operator: "eq", value: String(isReturn) },
        { attribute: "enabled_in_store", operator: "eq", value: "true" },
      ],
    })
    return made.shipping_option.id
  }
  const parcels = await zone("WEB", "DHL", "shipping")
  const counter = await zone("BER01", "Pickup Berlin", "pickup")
  return {
    profile,
    parcel: await way("DHL Paket", "dhl", parcels, 4.9),
    back: await way("DHL Retoure", "dhl-return", parcels, 0, true),
    pickup: await way("Store pickup", "pickup", counter, 0),
    tooSmall: (await post("/admin/return-reasons", { value: "too_small", label: "Too small" })).return_reason.id,
    goodwill: (await post("/admin/refund-reasons", { code: "goodwill", label: "Customer goodwill" })).refund_reason.id,
  }
}

async function addGoods(good, { channels, profile }) {
  const { product } = await post("/admin/products", {
    title: good.title, description: `${good.title} by Nordlicht`, status: "published", shipping_profile_id: profile,
    sales_channels: Object.values(channels).map((id) => ({ id })),
    options: [{ title: "Size", values: good.variants.map((v) => v.size) }],
    // Bar codes of a family are told apart by one more digit.
    variants: good.variants.map(({ size, sku }, n) => ({
      title: size, sku, ean: `${good.ean}${n}`, barcode: `${good.ean}${n}`,
      manage_inventory: true, allow_backorder: false, options: { Size: size },
      prices: [{ currency_code: "eur", amount: good.price }],
    })),
  })
  for (const { sku, stock, held } of good.variants) {
    const [item] = (await get(`/admin/inventory-items?sku=${sku}`)).inventory_items
    for (const [place, stocked_quantity] of Object.entries(stock))
      await post(`/admin/inventory-items/${item.id}/location-levels`, { location_id: ids.places[place], stocked_quantity })
    for (const [place, quantity] of Object.entries(held ?? {}))
      await post("/admin/reservations", {
        inventory_item_id: item.id, location_id: ids.places[place], quantity, description: "held at counter for staff pickup",
      })
    ids.variants[sku] = product.variants.find((v) => v.sku === sku).id
  }
}

async function addPerson(key, person) {
  const { customer } = await post("/admin/customers", {
    first_name: person.first, last_name: person.last, email: person.email, phone: person.phone,
    metadata: { loyalty_no: `NL-${key}` },
  })
  await post(`/admin/customers/${customer.id}/addresses`, { ...address(person), is_default_shipping: true })
  ids.people[key] = customer.id
}

// ---- orders: placed as a shopper, moved on as staff

async function place(order, { channels, region, parcel, pickup }) {
  const person = shop.people[order.of]
  const { cart } = await post("/store/carts", {
    region_id: region, email: person.email,
    sales_channel_id: order.at ? channels.store : channels.web,
    shipping_address: address(person), billing_address: address(person),
    items: Object.entries(order.items).map(([sku, quantity]) => ({ variant_id: ids.variants[sku], quantity })),
    ...(order.receipt && { metadata: { receipt_no: order.receipt } }),
  })
  await post(`/store/carts/${cart.id}/shipping-methods`, { option_id: order.at ? pickup : parcel })
  const { payment_collection } = await post("/store/payment-collections", { cart_id: cart.id })
  await post(`/store/payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: "pp_system_default" })
  const done = await post(`/store/carts/${cart.id}/complete`)
  if (done.type !== "order") throw new Error(`${order.name} was not completed: ${JSON.stringify(done).slice(0, 500)}`)
  return done.order.id
}

const look = async (id) =>
  (await get(`/admin/orders/${id}?fields=*fulfillments,*fulfillments.items`)).order
const paymentOf = (o) => o.payment_collections[0].payments[0].id
const itemOf = (o, sku) => o.items.find((i) => i.variant_sku === sku).id

// Each takes the order as it stands now (o), its line in shop.json, the shop, and the step's own words.
const moves = {
  pay: (o) => post(`/admin/payments/${paymentOf(o)}/capture`),

  pack: (o, line, _shop, { pack = line.items }) =>
    post(`/admin/orders/${o.id}/fulfillments`, {
      location_id: ids.places[line.at ?? "WEB"],
      items: Object.entries(pack).map(([sku, quantity]) => ({ id: itemOf(o, sku), quantity })),
    }),

  ship(o) {
    const [parcel] = o.fulfillments
    const tracking_number = "JD01460" + String(o.display_id).padStart(4, "0")
    return post(`/admin/orders/${o.id}/fulfillments/${parcel.id}/shipments`, {
      items: parcel.items.map((i) => ({ id: i.line_item_id, quantity: i.quantity })),
      labels: [{ tracking_number, tracking_url: `https://tracking.example/${tracking_number}`, label_url: "" }],
    })
  },

  deliver: (o) => post(`/admin/orders/${o.id}/fulfillments/${o.fulfillments[0].id}/mark-as-delivered`),

  cancel: (o) => post(`/admin/orders/${o.id}/cancel`),

  refund(o, _line, { goodwill }, { refund, note }) {
    const amount = refund === "owed" ? Math.abs(o.summary.pending_difference) : refund
    return post(`/admin/payments/${paymentOf(o)}/refund`, { amount, note, refund_reason_id: goodwill })
  },

  async send_back(o, line, { back, tooSmall }, { send_back }) {
    const { return: made } = await post("/admin/returns", {
      order_id: o.id, location_id: ids.places.WEB, description: "portal return", internal_note: "asked by phone",
    })
    const path = `/admin/returns/${made.id}`
    await post(`${path}/request-items`, { items: [{ id: itemOf(o, send_back), quantity: 1, reason_id: tooSmall }] })
    await post(`${path}/shipping-method`, { shipping_option_id: back })
    await post(`${path}/request`)
    ids.returns[line.name] = made.id
  },

  async take_back(o, line, _shop, { take_back }) {
    const path = `/admin/returns/${ids.returns[line.name]}`
    await post(`${path}/receive`)
    await post(`${path}/receive-items`, { items: [{ id: itemOf(o, take_back), quantity: 1 }] })
    await post(`${path}/receive/confirm`)
  },

  async exchange(o, line, { back, tooSmall }, { exchange, against, why }) {
    const made = (await post("/admin/exchanges", { order_id: o.id, description: why })).exchange
    const path = `/admin/exchanges/${made.id}`
    const item = { id: itemOf(o, exchange), quantity: 1, reason_id: tooSmall }
    await post(`${path}/inbound/items`, { location_id: ids.places.WEB, items: [item] })
    await post(`${path}/inbound/shipping-method`, { shipping_option_id: back })
    await post(`${path}/outbound/items`, { items: [{ variant_id: ids.variants[against], quantity: 1 }] })
    await post(`${path}/request`)
    ids.exchanges[line.name] = made.id
  },

  async claim(o, line, _shop, { claim, against, why }) {
    const made = (await post("/admin/claims", { type: "replace", order_id: o.id, description: why })).claim
    const path = `/admin/claims/${made.id}`
    const item = { id: itemOf(o, claim), quantity: 1 }
    await post(`${path}/claim-items`, { items: [{ ...item, reason: "production_failure" }] })
    await post(`${path}/inbound/items`, { location_id: ids.places.WEB, items: [item] })
    await post(`${path}/outbound/items`, { items: [{ variant_id: ids.variants[against], quantity: 1 }] })
    await post(`${path}/request`)
    ids.claims[line.name] = made.id
  },
}

async function addOrder(number, line, world) {
  const id = await place(line, world)
  for (const step of line.then ?? []) {
    const words = typeof step === "string" ? {} : step
    const name = typeof step === "string" ? step : Object.keys(step)[0]
    await moves[name](await look(id), line, world, words)
  }
  const { display_id } = await look(id)
  if (display_id !== number) throw new Error(`order ${number} (${line.name}) became ${display_id}`)
  ids.orders[line.name] = { id, display_id }
}

// Somebody who has bought as a guest opens an account: a second customer with the same e-mail.
async function register(key) {
  const p = shop.people[key]
  const { token } = await post("/auth/customer/emailpass/register", { email: p.email, password: kept("shopper.password") })
  const made = await post("/store/customers", { email: p.email, first_name: p.first, last_name: p.last, phone: p.phone },
    { authorization: "Bearer " + token })
  ids.people[`${key}_registered`] = made.customer.id
}

await letIn()
const world = await openShop()
Object.assign(world, await openShipping())
for (const good of shop.goods) await addGoods(good, world)
for (const [key, person] of Object.entries(shop.people)) if (!person.guest) await addPerson(key, person)
for (const [n, line] of shop.orders.entries()) await addOrder(n + 1, line, world)
for (const key of shop.registers_later) await register(key)
fs.writeFileSync(`${state}/ids.json`, JSON.stringify(ids, null, 1) + "\n")
console.log(`load.mjs: ${Object.keys(ids.people).length} customers, ${shop.orders.length} orders`)
