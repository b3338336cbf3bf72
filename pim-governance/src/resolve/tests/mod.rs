mod kinds;
mod oracle;
mod standing;
