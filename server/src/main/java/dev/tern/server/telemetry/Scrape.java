package dev.tern.server.telemetry;

/** All meters' values at one moment, in the format the scraper asked for. */
public record Scrape(String contentType, String text) {}
