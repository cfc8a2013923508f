const fs = require("node:fs")
const { defineConfig } = require("@medusajs/framework/utils")

const here = "http://127.0.0.1:" + (process.env.MEDUSA_PORT || 9000)
const signing = fs.readFileSync(process.env.state + "/signing.secret", "utf8").trim()

module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false, sslmode: "disable" },
    http: { storeCors: here, adminCors: here, authCors: here, jwtSecret: signing, cookieSecret: signing },
  },
})
