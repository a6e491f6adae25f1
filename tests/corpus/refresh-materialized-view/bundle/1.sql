REFRESH MATERIALIZED VIEW views.venture_metrics_monthly;
