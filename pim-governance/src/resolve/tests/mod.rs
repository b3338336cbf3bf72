mod kinds;
mod oracle;
