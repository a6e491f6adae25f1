DELETE FROM vh.venture_metrics WHERE measured_at < now() - interval '1 year';
