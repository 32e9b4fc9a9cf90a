# The image of the CyberTipline door, for `-c doorImage`. Made at the project's root after `npm run build`, for the processor the stack asks for:
#   docker build --platform linux/arm64 -f lib/stack/door.Dockerfile -t referral-desk-door .
FROM node:24-slim
WORKDIR /desk
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
COPY dist ./dist
USER node
# The only place that is written to: files that come before their report is named, encrypted under a key in memory.
VOLUME /tmp
ENTRYPOINT ["node", "dist/lib/cli/index.js", "serve", "--aws", "--host", "0.0.0.0"]
