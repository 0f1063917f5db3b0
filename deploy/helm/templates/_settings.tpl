{{/*
The settings of each service, as its configuration file holds them. Every name stands in chassis/src/options/known.rs; a test compares.
Further settings of the values go before ours where both say something.
*/}}
{{- define "antigravity.settings" -}}
{{- $root := .root -}}
{{- $values := get $root.Values .component -}}
{{- $settings := dict
  "listen" (printf "0.0.0.0:%s" (include "antigravity.port" .))
  "max_in_flight" (int $values.maxInFlight)
  "drain_seconds" (int $root.Values.shutdown.drainSeconds)
  "log" $root.Values.log.level
  "log_format" "json"
-}}
{{- if eq .component "gateway" }}
{{- $_ := set $settings "archive" $root.Values.archive }}
{{- $_ := set $settings "retriever" (include "antigravity.address" (dict "root" $root "component" "retriever")) }}
{{- $_ := set $settings "answerer" (include "antigravity.address" (dict "root" $root "component" "answerer")) }}
{{- $_ := set $settings "access" $root.Values.access.mode }}
{{- if and (ne $root.Values.access.mode "none") $root.Values.access.keys.secretName }}
{{- $_ := set $settings "access_keys" (printf "/access/%s" $root.Values.access.keys.secretKey) }}
{{- end }}
{{- if eq $root.Values.access.mode "proxy" }}
{{- $_ := set $settings "access_proxy" $root.Values.access.proxy }}
{{- end }}
{{- else if eq .component "retriever" }}
{{- $_ := set $settings "archive" $root.Values.archive }}
{{- $_ := set $settings "model_dir" $values.weights.path }}
{{- $_ := set $settings "embedding_precision" $values.embeddingPrecision }}
{{- if $values.workers }}{{ $_ := set $settings "workers" (int $values.workers) }}{{ end }}
{{- if eq $root.Values.qdrant.mode "embedded" }}
{{- $_ := set $settings "data_dir" "/data" }}
{{- else }}
{{- $_ := set $settings "qdrant" (include "antigravity.qdrantUrl" $root) }}
{{- end }}
{{- range $name, $value := $root.Values.qdrant.layout }}
{{- if not (kindIs "invalid" $value) }}
{{- $_ := set $settings (snakecase $name) (ternary $value (int $value) (kindIs "bool" $value)) }}
{{- end }}
{{- end }}
{{- else }}
{{- $_ := set $settings "default_model" $values.defaultModel }}
{{- if $values.models }}{{ $_ := set $settings "models" $values.models }}{{ end }}
{{- end }}
{{- if ne $root.Values.tls.mode "none" }}
{{- $_ := set $settings "tls_cert" "/tls/tls.crt" }}
{{- $_ := set $settings "tls_key" "/tls/tls.key" }}
{{- $_ := set $settings "tls_ca" "/tls/ca.crt" }}
{{- if and (eq .component "gateway") $root.Values.tls.clientAuth }}
{{- $_ := set $settings "tls_client_auth" true }}
{{- end }}
{{- end }}
{{- if $root.Values.metrics.enabled }}
{{- $_ := set $settings "admin_listen" (printf "0.0.0.0:%d" (int $root.Values.metrics.port)) }}
{{- end }}
{{- with $root.Values.telemetry.otlpEndpoint }}
{{- $_ := set $settings "otlp_endpoint" . }}
{{- end }}
{{- include "antigravity.toml" (dict "map" (mergeOverwrite $settings (deepCopy $values.settings)) "path" "") | trim }}
{{- end -}}
