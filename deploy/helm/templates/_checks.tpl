{{/*
What doesn't go together is refused here, in a sentence that says what to do; what is no sensible value by itself, in values.schema.json.
*/}}

{{- define "antigravity.checks" -}}
{{- $values := .Values -}}

{{- if and (not $values.metrics.enabled) (or $values.metrics.serviceMonitor.enabled $values.metrics.rules.enabled $values.metrics.dashboard.enabled) -}}
{{- fail "metrics.serviceMonitor, .rules and .dashboard need metrics.enabled=true: without metrics they would watch nothing" -}}
{{- end -}}

{{- if and (eq $values.access.mode "keys") (not $values.access.keys.secretName) -}}
{{- fail "access.keys.secretName: name the Secret that holds the file of keys, or set access.mode=none" -}}
{{- end -}}
{{- if and (eq $values.access.mode "keys") $values.access.proxy -}}
{{- fail "access.proxy: it is given, and access.mode is keys; set proxy, which looks at keys too" -}}
{{- end -}}
{{- if and (eq $values.access.mode "proxy") (or (not $values.access.proxy.peers) (not $values.access.proxy.tenant_header)) -}}
{{- fail "access.proxy: access.mode=proxy needs peers (who is believed) and tenant_header (which header names the tenant)" -}}
{{- end -}}
{{- if and (eq $values.access.mode "none") (or $values.access.keys.secretName $values.access.proxy) -}}
{{- fail "access.mode: keys or a proxy are given, and nothing asks for them; set keys or proxy" -}}
{{- end -}}
{{- if and (eq $values.access.mode "proxy") $values.access.jobs.secretName (not $values.access.keys.secretName) -}}
{{- fail "access.keys.secretName: the jobs show a key, and the gateway reads none; name the Secret with the file of keys" -}}
{{- end -}}
{{- if and (ne $values.access.mode "none") (or $values.ingest.enabled $values.harvest.enabled) (not $values.access.jobs.secretName) -}}
{{- fail "access.jobs.secretName: ingest and harvest need a key of scope index; name the Secret that holds one" -}}
{{- end -}}

{{- if eq $values.qdrant.mode "embedded" -}}
{{- if or (gt (int $values.retriever.replicas) 1) $values.retriever.autoscaling.enabled -}}
{{- fail "retriever.replicas: the embedded engine's directory belongs to one process; set 1 and no autoscaling, or qdrant.mode=bundled or external" -}}
{{- end -}}
{{- range $name := list "shardNumber" "replicationFactor" -}}
{{- if gt (int (get $values.qdrant.layout $name)) 1 -}}
{{- fail (printf "qdrant.layout.%s: the embedded engine has one shard in one copy; leave it null, or set qdrant.mode=external" $name) -}}
{{- end -}}
{{- end -}}
{{- if $values.qdrant.layout.scalarQuantisation -}}
{{- fail "qdrant.layout.scalarQuantisation: the embedded engine has none; leave it null, or set qdrant.mode=bundled or external" -}}
{{- end -}}
{{- end -}}
{{- if and (eq $values.qdrant.mode "external") (not $values.qdrant.external.url) -}}
{{- fail "qdrant.external.url: say where Qdrant is, such as http://qdrant.search.svc:6334, or set qdrant.mode=bundled" -}}
{{- end -}}
{{- if and (eq $values.qdrant.mode "bundled") (gt (int $values.qdrant.layout.replicationFactor) 1) -}}
{{- fail "qdrant.layout.replicationFactor: the bundled Qdrant is one node, which can hold one copy; set qdrant.mode=external for a cluster" -}}
{{- end -}}
{{- if gt (int $values.qdrant.layout.writeConsistencyFactor) (int (default 1 $values.qdrant.layout.replicationFactor)) -}}
{{- fail "qdrant.layout.writeConsistencyFactor: it is more than replicationFactor; no write could ever be acknowledged" -}}
{{- end -}}

{{- if and (eq $values.retriever.weights.from "volume") (not $values.retriever.weights.volume.claimName) -}}
{{- fail "retriever.weights.volume.claimName: name the claim that holds model.safetensors, tokenizer.json and config.json" -}}
{{- end -}}
{{- if and (eq $values.retriever.weights.from "init") (not (hasKey $values.retriever.weights.init.sha256 "model.safetensors")) -}}
{{- fail "retriever.weights.init.sha256: it needs model.safetensors with its SHA-256; weights are not taken unverified" -}}
{{- end -}}

{{- if and (ne $values.answerer.defaultModel "extractive") (not (hasKey $values.answerer.models $values.answerer.defaultModel)) -}}
{{- fail (printf "answerer.defaultModel: there is no model `%s` in answerer.models" $values.answerer.defaultModel) -}}
{{- end -}}
{{- $keys := list -}}
{{- range $values.answerer.apiKeys }}{{ $keys = append $keys .env }}{{ end -}}
{{- range $name, $model := $values.answerer.models -}}
{{- if eq $name "extractive" -}}
{{- fail "answerer.models.extractive: the name belongs to the built-in composer; choose another" -}}
{{- end -}}
{{- $usual := ternary "OPENAI_API_KEY" "ANTHROPIC_API_KEY" (eq (toString $model.provider) "openai") -}}
{{- $unnamed := ternary "" $usual (hasKey $model "base_url") -}}
{{- $env := ternary $unnamed (toString $model.api_key_env) (kindIs "invalid" $model.api_key_env) -}}
{{- if and $env (not (has $env $keys)) -}}
{{- fail (printf "answerer.models.%s: its key is read from %s, which no entry of answerer.apiKeys gives; add one, or set api_key_env: \"\" for a server that wants no key" $name $env) -}}
{{- end -}}
{{- $longest := int (default 120 $model.total_seconds) -}}
{{- if le (int $values.shutdown.drainSeconds) $longest -}}
{{- fail (printf "shutdown.drainSeconds: it is %d, and model `%s` may take %d seconds (total_seconds): an upgrade would cut its answers off; set more" (int $values.shutdown.drainSeconds) $name $longest) -}}
{{- end -}}
{{- end -}}

{{- range $component := list "gateway" "retriever" "answerer" -}}
{{- $scaling := (get $values $component).autoscaling -}}
{{- if lt (int $scaling.maxReplicas) (int $scaling.minReplicas) -}}
{{- fail (printf "%s.autoscaling: maxReplicas (%d) is less than minReplicas (%d)" $component (int $scaling.maxReplicas) (int $scaling.minReplicas)) -}}
{{- end -}}
{{- if and $scaling.enabled (eq $scaling.metric "inFlight") (not $values.metrics.enabled) -}}
{{- fail (printf "%s.autoscaling.metric: inFlight needs metrics.enabled=true and an adapter that serves pod metrics; take cpu" $component) -}}
{{- end -}}
{{- end -}}

{{- if and $values.trustedCertificates.secretName $values.trustedCertificates.configMapName -}}
{{- fail "trustedCertificates: name a Secret or a ConfigMap, not both" -}}
{{- end -}}
{{- if and (eq $values.tls.mode "certManager") (not $values.tls.certManager.issuerRef.name) -}}
{{- fail "tls.certManager.issuerRef.name: name the issuer of the services' certificates" -}}
{{- end -}}
{{- if eq $values.tls.mode "secrets" -}}
{{- range $component, $secret := $values.tls.secrets -}}
{{- if not $secret -}}
{{- fail (printf "tls.secrets.%s: name the Secret that holds tls.crt, tls.key and ca.crt" $component) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $values.tls.clientAuth (eq $values.tls.mode "none") -}}
{{- fail "tls.clientAuth: callers are to show certificates, and the gateway serves no TLS: set tls.mode" -}}
{{- end -}}
{{- if and (ne $values.tls.mode "none") (not $values.metrics.enabled) -}}
{{- fail "tls.mode: the kubelet's gRPC probes know no TLS, so that the admin port is probed: set metrics.enabled=true" -}}
{{- end -}}
{{- if and $values.ingest.enabled (or (not $values.ingest.claimName) (not $values.ingest.files)) -}}
{{- fail "ingest: name the claim (claimName) and the files below it (files)" -}}
{{- end -}}
{{- if and $values.harvest.enabled (not $values.harvest.contact) -}}
{{- fail "harvest.contact: give an e-mail address at which the server's operators can reach you" -}}
{{- end -}}
{{- end -}}
